"""Counts the elements of an XML file with lxml, a piece at a time: lxml_count.py FILE"""

import sys

from lxml import etree

count = 0
for _, element in etree.iterparse(sys.argv[1], huge_tree=True):
    count += 1
    element.clear()
    while element.getprevious() is not None:
        del element.getparent()[0]
print(count, "elements")
