"""The driver: one turn after the other, from what happened to what is made durable and then sent."""
