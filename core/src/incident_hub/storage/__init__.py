"""Tables, the database, and the reading and writing of rows. Nothing here commits on its own."""
