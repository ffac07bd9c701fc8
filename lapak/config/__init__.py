"""Settings, addresses, the periodic timetable and the command line. Knows all, known by none."""
