"""The demo neighbourhood: invented, lively, and played day by day as it could have happened."""

from app.accounts.neighbourhood import Neighbourhood
from app.accounts.roles import Role
from app.demo import harvests, rounds
from app.demo.story import Story
from app.demo.world import TEXTS, World, find_world

__all__ = ["World", "build", "find_world"]


def build():
    """Fill an empty database with the demo. The caller commits."""
    story = Story()
    eight_months_ago(story)
    five_months_ago(story)
    two_months_ago(story)
    this_month(story)
    story.world.unused_codes = story.codes["feest"]
    return story.world


def eight_months_ago(story):
    with story.day(240):
        Neighbourhood.found(**TEXTS["neighbourhood"], languages=["nl", "en"], is_demo=True)
        story.make_codes("lakerstraat")
        story.welcome("lakerstraat", 6)
        for role in ("host", "operator"):
            Role.give(story.world.fleur, role)
    with story.day(239):
        Role.give(story.meet("daan"), "council", by=story.world.fleur)
        story.meet("eva")
    with story.day(236):
        story.welcome("lakerstraat", 8)
        story.found("greens")
    with story.day(231):
        story.found("warmth")
    with story.day(228):
        story.welcome("lakerstraat", 6)
        story.found("table")
        Role.give(story.world.fatima, "moderator", by=story.world.fleur)
    with story.day(215, hour=19):
        story.draft("square")
    with story.day(212, hour=18):
        story.submit("square")
    with story.day(208):
        story.welcome("lakerstraat", 6)
        story.gather(6)
    with story.day(206):
        story.revise("square")
    with story.day(204, hour=9):
        story.open_dialogue("square_dialogue", days=19)
    with story.day(201):
        story.react("square_dialogue", 14)
    with story.day(198, hour=20):
        story.add_statements("square_dialogue")
    with story.day(190):
        story.react("square_dialogue", 20)
    with story.day(184, hour=0):
        story.world.square_dialogue.close()
    with story.day(183):
        story.revise("square")
    with story.day(182, hour=9):
        story.open_vote("trees", days=14)
    with story.day(172):
        story.cast("trees", 21)
    with story.day(167, hour=0):
        story.count_vote("trees")
    with story.day(166):
        story.send("square_request")


def five_months_ago(story):
    with story.day(158, hour=19):
        story.draft("speed")
        story.submit("speed")
    with story.day(151):
        story.revise("speed")
    with story.day(150):
        story.send("speed_request")
    with story.day(148, hour=9):
        rounds.open_pulse(story, "pulse_dialogue", days=9)
    with story.day(144):
        rounds.answer_pulse(story, "pulse_dialogue", 14, (1, 3, 5, 3, 1), (2, 4, 4, 1))
    with story.day(142):
        story.draft("dogs")
        story.submit("dogs")
    with story.day(138, hour=0):
        story.world.pulse_dialogue.close()
    with story.day(130, hour=10):
        story.answer("square_request")
        story.commit_to("lindens", days=70)
        story.commit_to("benches", days=118)
    with story.day(128):
        story.revise("dogs")
        story.world.dogs.withdraw(story.world.dogs.author)
    with story.day(120):
        story.make_codes("vlierhof", by=story.world.fleur)
    with story.day(118):
        story.welcome("vlierhof", 8)
    with story.day(112, hour=14):
        story.answer("speed_request")
        story.commit_to("speed_count", days=136)
    with story.day(110):
        rounds.agree(story, "watering", days=180)
    with story.day(109, hour=21):
        story.dispute("speed_request")
    with story.day(106):
        story.reply("speed_request")
    with story.day(104):
        story.welcome("vlierhof", 7)
        story.gather(9)
        Role.give(story.world.naima, "moderator", by=story.world.fleur)
    with story.day(100, hour=18):
        story.draft("lamps")
        story.submit("lamps")
    with story.day(96):
        story.draft("solar")
        story.submit("solar")
    with story.day(90):
        story.welcome("vlierhof", 5)
    with story.day(88, hour=19):
        story.revise("lamps")
    with story.day(84):
        story.revise("solar")
    with story.day(78, hour=9):
        story.open_vote("lamps_vote", days=16)
    with story.day(70):
        story.cast("lamps_vote", 34)


def two_months_ago(story):
    world = story.world
    with story.day(64, hour=15):
        story.tell_progress("lindens", "done")
    with story.day(61, hour=0):
        story.count_vote("lamps_vote")
    with story.day(58, hour=9):
        story.open_dialogue("solar_dialogue", days=24)
        rounds.repeat_pulse(story, "pulse_dialogue", days=9)
    with story.day(55):
        rounds.answer_pulse(story, "pulse_dialogue", 24, (1, 2, 4, 6, 3), (3, 5, 3, 1))
        rounds.add_lines(story, "pulse_dialogue")
        story.react("solar_dialogue", 22)
    with story.day(53):
        story.send("lamps_request")
    with story.day(50, hour=18):
        story.add_statements("solar_dialogue")
    with story.day(48, hour=0):
        world.pulse_dialogue.close()
    with story.day(46):
        story.draft("evenings")
        story.submit("evenings")
    with story.day(41):
        story.react("solar_dialogue", 30)
    with story.day(40, hour=8):
        story.draft("crossing")
        story.submit("crossing")
    with story.day(34, hour=11):
        story.tell_progress("benches", "busy")
    with story.day(33, hour=0):
        world.solar_dialogue.close()
    with story.day(32):
        rounds.hold_meeting(story, "meeting_dialogue", days=2)
        story.revise("evenings")
        harvests.write(story, "solar_dialogue")
    with story.day(31):
        harvests.miss(story, "solar_dialogue")


def this_month(story):
    world = story.world
    with story.day(30):
        world.meeting_dialogue.close()
        story.revise("solar")
        harvests.mend(story, "solar_dialogue")
    with story.day(29):
        harvests.check(story, "solar_dialogue")
    with story.day(28):
        story.make_codes("feest", by=world.fleur)
        harvests.publish(story, "solar_dialogue")
    with story.day(27, hour=16):
        story.welcome("feest", 5)
    with story.day(26):
        harvests.comment(story, "solar_dialogue")
    with story.day(25):
        story.draft("playground")
        story.submit("playground")
    with story.day(24):
        story.draft("parking")
        story.submit("parking")
    with story.day(20):
        story.welcome("feest", 4)
    with story.day(20, hour=0):
        world.solar_dialogue.harvest.finish()
    with story.day(19, hour=9):
        story.open_dialogue("evenings_dialogue", days=21)
    with story.day(17):
        story.react("evenings_dialogue", 20)
    with story.day(16, hour=9):
        rounds.open_options(story, "options_dialogue", days=46)
        rounds.wish(story, "options_dialogue")
    with story.day(15, hour=9):
        story.open_vote("crossing_vote", days=13)
    with story.day(14):
        story.send("crossing_request")
    with story.day(14, hour=17):
        rounds.open_debate(story, "crossing_debate", days=30)
    with story.day(13, hour=20):
        story.add_statements("evenings_dialogue")
    with story.day(12, hour=18):
        story.remove_after_report("evenings_dialogue")
    with story.day(11, hour=20):
        story.overturn_on_appeal("evenings_dialogue")
    with story.day(10):
        story.cast("crossing_vote", 24)
    with story.day(9):
        story.welcome("feest", 3)
        story.gather(6)
    with story.day(8):
        story.revise("parking")
        rounds.argue(story, "crossing_debate")
        rounds.open_consent(story, "bench_dialogue", days=40)
    with story.day(7):
        rounds.rate(story, "options_dialogue", 14)
    with story.day(6, hour=9):
        story.open_vote("roof_vote", days=14)
    with story.day(5):
        story.react("evenings_dialogue", 28)
        rounds.answer_consent(story, "bench_dialogue")
    with story.day(4, hour=0):
        world.evenings_dialogue.keep_up()
    with story.day(4, hour=9):
        story.open_dialogue("parking_dialogue", days=28)
        story.draft("shed")
        rounds.repeat_pulse(story, "pulse_dialogue", days=12)
    with story.day(3):
        rounds.answer_pulse(story, "pulse_dialogue", 9, (0, 1, 3, 4, 2), (2, 3, 3, 1))
        story.react("parking_dialogue", 16, without=(world.amina, world.bram))
        story.cast("roof_vote", 17, without=(world.amina, world.bram))
        story.submit("shed")
        story.draw_sketch()
    with story.day(2, hour=10):
        rounds.weigh(story, "crossing_debate", 30)
    with story.day(2):
        story.amend("shed")
        story.add_statements("parking_dialogue", without=(world.amina, world.bram))
        story.draft("garden")
    with story.day(1, hour=0):
        world.crossing_vote.close()
    with story.day(1):
        rounds.listen(story, "options_dialogue")
        story.react("parking_dialogue", 12, without=(world.amina, world.bram))
        story.prepare_dialogue("shed_dialogue", days=28)
        story.prepare_vote("evenings_vote", days=21)
        story.see("lindens")
