"""What the service decides, without any means to do it: clocks, deadlines, policies."""
