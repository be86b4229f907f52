"""Who and where: the map that everything else is drawn on."""
