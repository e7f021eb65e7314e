"""The tables that plugins own: their names, their migrations, the door to them, and what is left of them."""
