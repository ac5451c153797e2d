"""Pages for people, as files: HTML, CSS and JavaScript that a browser runs as it is (decision 0135)."""
