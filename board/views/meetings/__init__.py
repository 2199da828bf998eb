"""Pages of meetings: agenda, people, room."""
