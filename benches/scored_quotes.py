#!/usr/bin/env python3
"""Writes scored quotes of invented articles as JSONL, for timing `demarche brief`.

usage: benches/scored_quotes.py ARTICLES QUOTES_PER_ARTICLE SEED > quotes.jsonl
"""
import datetime
import json
import random
import sys

SIDES = ["Argentina", "Chile", "Kenya", "Norway", "Vietnam", "Peru", "Ghana", "Estonia", "Jordan", "Nepal", "Fiji", "Oman"]
ROLES = ["President", "foreign minister", "defence minister", "spokesman", "ambassador", "trade envoy"]
NOUNS = "harbour bridge levy patrol cable quota reservoir ferry tariff border truce inquiry visa embargo pipeline".split()
VERBS = "close open share inspect defend sell measure cross settle delay repair watch count guard move".split()
LENGTH = 8


def sentence(rng):
    words = []
    for _ in range(LENGTH):
        words += [rng.choice(["we will", "they must", "nobody can", "you should"]), rng.choice(VERBS), "the", rng.choice(NOUNS)]
    return " ".join(words[: rng.randint(8, 28)])


def main():
    articles, per_article, seed = map(int, sys.argv[1:4])
    rng = random.Random(seed)
    people = [(f"Person{n} Family{n}", SIDES[n % len(SIDES)], rng.choice(ROLES)) for n in range(400)]
    wire = []
    first = datetime.date(2023, 1, 1)
    for article in range(articles):
        day = first + datetime.timedelta(days=rng.randrange(730))
        for number in range(per_article):
            name, side, role = rng.choice(people)
            other = rng.choice([it for it in SIDES if it != side])
            text = sentence(rng)
            if wire and rng.random() < 0.2:
                name, side, role, other, text, day_of_wire = rng.choice(wire)
            elif rng.random() < 0.05:
                wire.append((name, side, role, other, text, day))
            hawkish, diplomatic, neutral = (rng.random() ** 2 for _ in range(3))
            total = hawkish + diplomatic + neutral
            hawkish, diplomatic = round(hawkish / total, 6), round(diplomatic / total, 6)
            before = f"The talks with {other} went on. “"
            record = {
                "article": {"id": f"a{article}", "title": f"{side} and {other}", "url": None, "outlet": f"Outlet {article % 60}", "published": str(day)},
                "quote": {"id": f"a{article}#{number + 1}", "text": text, "kind": "direct", "start": 400 * number + len(before),
                          "end": 400 * number + len(before) + len(text), "spans": [[400 * number + len(before), 400 * number + len(before) + len(text)]],
                          "content": None, "context": f"{before}[[{text}]],” {name} said on Monday in a long statement about the matter."},
                "speaker": {"mention": name, "start": 0, "end": 0, "name": name, "role": role, "side": side, "kind": "person", "confidence": 0.98},
                "cue": {"text": "said", "start": 400 * number + len(before) + len(text) + 3 + len(name), "end": 400 * number + len(before) + len(text) + 7 + len(name)},
                "stance": {"label": None, "hawkish": hawkish, "diplomatic": diplomatic, "neutral": round(1 - hawkish - diplomatic, 6), "score": round(hawkish - diplomatic, 6)},
                "sentiment": None, "model": "bench", "schema": "demarche.quote/2",
            }
            sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n")


main()
