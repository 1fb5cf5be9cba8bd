"""What api's own events have in common."""

SOURCE = "gongdan.api"
