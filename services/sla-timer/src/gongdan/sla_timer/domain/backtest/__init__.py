"""What would have been: clocks counted again from the log of tickets, under the policies in force and under others.

First the log of a ticket is read once into a history, which no policy changes: when which clock ran from and to, and
how the ticket stood meanwhile (`histories`). Then the clocks are counted under each set of policies (`recount`), and
what differs is put together (`differences`).
"""
