"""What is served over HTTP: a folder for each group of routes. `api.server` lists them."""
