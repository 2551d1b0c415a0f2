"""Groups the failures of a file of failures_generate as a short script would: difflib_cluster.py FILE

Times, addresses and random names are replaced by regular expressions; of the rest, texts that are nine tenths the same as the
first one of a group belong to it.
"""

import difflib
import re
import sys

NOISE = re.compile(
    r"\d{4}-\d\d-\d\dT[\d:.]+Z|\d+\.\d+\.\d+\.\d+(:\d+)?|-[bcdfghj-np-tv-z2-9]{9}-[bcdfghj-np-tv-z2-9]{5}"
    r"|-[bcdfghj-np-tv-z2-9]{5}\b|\d+"
)


def same(text, other):
    matcher = difflib.SequenceMatcher(None, text, other, autojunk=False)
    return matcher.real_quick_ratio() >= 0.9 and matcher.quick_ratio() >= 0.9 and matcher.ratio() >= 0.9


known = {}
groups = []
with open(sys.argv[1], encoding="utf-8") as file:
    for failure in file.read().split("\0")[:-1]:
        text = NOISE.sub("#", failure)
        if text not in known:
            known[text] = next((group for group in groups if same(text, group)), None)
            if known[text] is None:
                known[text] = text
                groups.append(text)
print(len(groups), "clusters")
