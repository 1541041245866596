"""Who may have a seat and who comes first: conditions, tiers, absences, the draw. Seats are given by `occupancy`."""
