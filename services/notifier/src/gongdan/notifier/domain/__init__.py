"""Who is told what, in which words, and what to do when telling fails. Pure: no input, output, clock or chance."""
