"""Try-outs of the command line: what sla-timer would make of something, without a server."""
