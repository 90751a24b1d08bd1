"""Kill the worker while it writes and sends the mails with news: nobody hears a thing twice, or misses one.

The same with 10,000 contributions and 500 people: `python -m bench.digest`.
"""

from bench.digest import Street, build, hold


def test_a_morning_of_mails_goes_on_where_it_was_killed(tmp_path):
    street = Street(contributions=200, subscribers=24)
    build(tmp_path / "seed", street)
    assert len(street.expected()) > 40 and {thing[3] for thing in street.expected()} == {"nl", "en"}
    assert hold(tmp_path / "seed", street, shares=(0.2, 0.6)) == []
