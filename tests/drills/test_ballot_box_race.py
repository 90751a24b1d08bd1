"""Many ballots of the same people at the same moment, at two servers: one envelope each, and the right one.

With twenty voters and fifty ballots of each at once: `python -m bench.ballot_race`.
"""

from bench.ballot_race import hold


def test_however_often_somebody_votes_at_once_one_envelope_is_in_the_box(tmp_path):
    found = hold(tmp_path, voters=10, posts=12)
    print(f"{found['statuses']} in {found['seconds']:.1f} s")
    assert found["envelopes"] == found["in_order"] == 10 and found["last_counts"]
    assert found["statuses"].get(200, 0) > 60
