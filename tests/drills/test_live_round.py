"""A hall full of phones in one live round: nothing that was acknowledged is lost, and nobody waits long.

The whole drill, with a hundred phones for a minute: `python -m bench.live_round`.
"""

from bench.live_round import figures, hold


def test_every_answer_of_a_full_hall_is_kept(tmp_path):
    found = hold(tmp_path, phones=40, seconds=15, reading=(1, 3))
    print(f"{found['answers']} answers of 40 phones: {figures(found['all_times'])}; {found['memory']:.0f} MB")
    assert found["answers"] == found["in_file"] > 40 and found["lost"] == []
    assert found["round"].trouble == []
    assert found["all_times"][-1] < 10 and found["memory"] < 200
