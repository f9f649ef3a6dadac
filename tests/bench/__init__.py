"""What responses cost beside those of a textbook's API and of Datasette."""
