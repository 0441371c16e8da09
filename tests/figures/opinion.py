#!/usr/bin/env python3
"""Recomputes an office's figures under the Opinion from its log and the clauses alone.

    opinion.py EVENTS.jsonl                  queries on standard input,
                                             `ACCOUNT PERIOD MEASURE [TAG]` a line
    opinion.py EVENTS.jsonl --all PERIOD MEASURE

Measures: points, author, fee, fulfilment, received. Reads the log as
recompute.py does; the clauses are its own.
"""
import sys
from collections import defaultdict
from datetime import date
from fractions import Fraction

from recompute import (DAY, Posting, Problem, figure, live, month_of, months, period, read_log, read_office,
                       shown)

OLD, NEW = date(2019, 1, 1), date(2023, 1, 1)


def since(*steps):
    """A figure by its steps: day and amount."""
    return list(steps)


def at(steps, day):
    """A figure on a day; None before there is one."""
    known = [amount for first, amount in steps if first <= day]
    return known[-1] if known else None


# 6 (12) to 6 (15): carrier to the figure of a dynamic and of a deep item.
CARRIERS = {
    "journal": (since((OLD, 2)), since((OLD, 6))),
    "special": (since((OLD, 5), (NEW, 8)),) * 2,
    "voice": (since((OLD, 5), (NEW, 8)),) * 2,
    "province-journal": (since((OLD, 5)), since((OLD, 12))),
    "province-special": (since((OLD, 15)),) * 2,
    "province-voice": (since((OLD, 15)),) * 2,
    "site": (since((OLD, 3), (NEW, 1)),) * 2,
    "daily": (since((NEW, 20)),) * 2,
    "digest": (since((NEW, 20)),) * 2,
}
PARTY = ("daily", "digest")
DEEP = ("research", "voice")
# 6 (16), 6 (17)
INSTRUCTIONS = {"city": since((OLD, 6), (NEW, 10)), "province": since((OLD, 12), (NEW, 20))}
COMMISSIONED = since((NEW, 2))
# 6 (18) to 6 (20)
FEES = (30, 60)
FEE_PARTY = 50
FEE_INSTRUCTIONS = {"city": 100, "province": 200}
# 5 (7) to 5 (11): submitted and published, and of how many months that is an average.
SMALL = {"letters-office": (1, 1, 2), "ethnic-committee": (1, 1, 2)}
OWED = {"committee": (1, 1, 1), "county": (2, None, 1), "district": (2, None, 1), "zone": (2, None, 1),
        "direct": (1, None, 1)}
TAGS = ("adoption", "instruction", "commission", "base", "party", "met", "missed")


def depth(item):
    return 1 if item.now.get("kind") in DEEP else 0


def dated(measure, account, on, amount, tag):
    return measure, Posting(account, on, on, Fraction(amount), tag)


def among(total, names):
    """Parts in cents that add up, of equals the earlier first."""
    exact = Fraction(total) * 100 / len(names)
    cents = [int(exact)] * len(names)
    for i in range(int(Fraction(total) * 100) - sum(cents)):
        cents[i] += 1
    return zip(names, (Fraction(c, 100) for c in cents))


def earned(item, on, amount, tag):
    """To each unit in full, to the authors in parts."""
    if amount is None:
        return
    for unit in item.units:
        yield dated("points", unit, on, amount, tag)
    if authors := item.now.get("author"):
        for author, part in among(amount, authors):
            yield dated("author", author, on, part, tag)


def adoption(item):
    for e in item.of("adopt"):
        if e.fields.get("carrier") in CARRIERS:
            yield from earned(item, e.on, at(CARRIERS[e.fields["carrier"]][depth(item)], e.on), "adoption")


def instruction(item):
    for e in item.of("instruct"):
        if e.fields.get("level") in INSTRUCTIONS:
            yield from earned(item, e.on, at(INSTRUCTIONS[e.fields["level"]], e.on), "instruction")


def commission(item):
    asked = item.now.get("commissioned") is True or item.now.get("kind") == "commissioned"
    e, due = item.first("submit"), item.now.get("due")
    if asked and e and item.unit and (not due or e.on <= date.fromisoformat(due)):
        if (amount := at(COMMISSIONED, e.on)) is not None:
            yield dated("points", item.unit, e.on, amount, "commission")


def fees(item):
    authors = item.now.get("author")
    if not authors:
        return
    lines = []
    for nth, e in enumerate(item.of("adopt")):
        if nth == 0:
            lines.append((e.on, FEES[depth(item)], "base"))
        if e.fields.get("carrier") in PARTY:
            lines.append((e.on, FEE_PARTY, "party"))
    for e in item.of("instruct"):
        if e.fields.get("level") in FEE_INSTRUCTIONS:
            lines.append((e.on, FEE_INSTRUCTIONS[e.fields["level"]], "instruction"))
    for on, amount, tag in lines:
        for author, part in among(amount, authors):
            yield dated("fee", author, on, part, tag)


def windows(span):
    """Each two months of the calendar in which the register has events."""
    found = []
    for first, _ in months(span):
        first = first.replace(month=first.month - (first.month - 1) % 2)
        last = month_of(month_of(first)[1] + DAY)[1]
        if (first, last) not in found:
            found.append((first, last))
    return found


def fulfilment(office):
    counts = defaultdict(int)
    for item in office.items.values():
        for action in ("submit", "adopt"):
            if e := item.first(action):
                counts[item.unit, action, e.on.year, (e.on.month - 1) // 2] += 1
    for first, last in windows(office.span):
        for name, unit in office.units.items():
            day = first
            while day < last and unit.at(day) is None:
                day += DAY
            state = unit.at(day)
            if state is None:
                continue
            owed = SMALL.get(name) or OWED.get(state.get("class"))
            if owed is None:
                continue
            submit, publish, per = owed
            key = (first.year, (first.month - 1) // 2)
            # Two months are two of one month, and one of two.
            met = counts[(name, "submit", *key)] >= submit * 2 // per
            if publish is not None:
                met = met and counts[(name, "adopt", *key)] >= publish * 2 // per
            amount, tag = (1, "met") if met else (-1, "missed")
            yield "fulfilment", Posting(name, first, last, Fraction(amount), tag)


def received(events):
    """What the province gave, in parts to the units."""
    for e in live(events):
        if e.register == "upper-results" and e.action == "enter":
            units = list(dict.fromkeys([e.fields["unit"], *(e.fields.get("joint") or [])]))
            for unit, part in among(e.fields["points"], units):
                yield dated("received", unit, e.on, part, None)


def all_postings(events):
    office = read_office(events)
    by_measure = defaultdict(lambda: defaultdict(list))
    found = [*received(events), *fulfilment(office)]
    for item in office.items.values():
        found += [*adoption(item), *instruction(item), *commission(item), *fees(item)]
    for measure, posting in found:
        by_measure[measure][posting.account].append(posting)
    return by_measure


def main(args):
    if len(args) != 1 and not (len(args) == 4 and args[1] == "--all"):
        raise Problem("usage: opinion.py EVENTS.jsonl [--all PERIOD MEASURE]")
    measures = all_postings(read_log(args[0]))
    if len(args) == 4:
        accounts, span = measures[args[3]], period(args[2])
        for account in sorted(accounts):
            if amount := figure(accounts[account], span):
                print(account, shown(amount))
        return
    for number, line in enumerate(sys.stdin, 1):
        match line.split():
            case [account, text, measure]:
                tag = None
            case [account, text, measure, tag] if tag in TAGS:
                pass
            case _:
                raise Problem(f"line {number}: not a query: {line.strip()!r}")
        print(shown(figure(measures[measure].get(account, ()), period(text), tag)))


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (Problem, OSError, ValueError) as problem:
        print(f"opinion: {problem}", file=sys.stderr)
        sys.exit(2)
