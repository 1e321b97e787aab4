"""Printed pages → reading order: glyphs → pieces of lines → columns → paragraphs. Only `glyphs` knows PDFium."""
