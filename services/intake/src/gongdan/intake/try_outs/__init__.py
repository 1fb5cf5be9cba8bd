"""Try-outs of the command line: what intake would make of something, without a server."""
