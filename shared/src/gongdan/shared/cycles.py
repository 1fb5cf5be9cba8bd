"""How often Python looks for objects that only hold each other."""

import gc


def look_for_cycles_seldom() -> None:
    """Leave alone what the service is made of, and collect seldom.

    A batch makes many objects and no cycles; looking for some among them again and again costs router a fifth of
    its time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
