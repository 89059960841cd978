"""The checker of the crash test must find what it is there to find."""
import unittest

from crash_model import Answer, Contradiction, Request, find, replay

CREATE = Request("create", "one", 2)
MADE = Answer(201, {"generation": 1, "revision": 1, "replicas": 2})


def update(message, replicas=3, if_match=None):
    return Request("update", message, replicas, if_match)


def updated(generation, revision, replicas=3):
    return Answer(200, {"generation": generation, "revision": revision, "replicas": replicas})


class CrashModel(unittest.TestCase):
    def test_a_history_without_troubles_has_one_world(self):
        worlds = replay([(CREATE, MADE), (update("two"), updated(2, 2)), (Request("stop"), Answer(202)),
                         (Request("stop"), Answer(202)), (update("three"), updated(4, 3)),
                         (update("late", if_match=3), Answer(412)), (Request("delete"), Answer(202))])
        world, = worlds
        self.assertEqual([entry[0] for entry in world.story], ["create", "update", "stop", "update", "delete"])
        self.assertEqual(world.specs, (("one", 2), ("two", 3), ("three", 3)))

    def test_an_unanswered_write_may_have_happened_or_not(self):
        lost = [(CREATE, MADE), (update("two"), None)]
        self.assertEqual(len(replay(lost)), 2)
        for generation in (1, 2):
            answer = Answer(200, {"generation": generation, "revision": generation, "replicas": 1 + generation})
            self.assertEqual(len(replay(lost + [(Request("get"), answer)])), 1)

    def test_a_repeated_create_makes_one(self):
        worlds = replay([(CREATE, None), (CREATE, None), (CREATE, MADE), (CREATE, MADE)])
        self.assertEqual([w.story for w in worlds], [(("create", 1, "one"),)])

    def test_an_acknowledged_write_that_is_lost_is_found(self):
        with self.assertRaises(Contradiction):
            replay([(CREATE, MADE), (update("two"), updated(2, 2)), (update("three"), updated(2, 2))])
        with self.assertRaises(Contradiction):
            replay([(CREATE, MADE), (Request("get"), Answer(404))])
        worlds = replay([(CREATE, MADE), (update("two"), updated(2, 2))])
        self.assertIsNone(find(worlds, (("create", 1, "one"),), (("one", 2),), True))
        self.assertIsNone(find(worlds, (("create", 1, "one"), ("update", 2, "two")), None, False))
        self.assertIsNotNone(find(worlds, (("create", 1, "one"), ("update", 2, "two")), (("one", 2), ("two", 3)), True))

    def test_a_write_that_is_applied_twice_is_found(self):
        with self.assertRaises(Contradiction):
            replay([(CREATE, MADE), (update("two"), None), (Request("get"), updated(3, 3))])
        worlds = replay([(CREATE, MADE), (update("two"), updated(2, 2))])
        twice = (("create", 1, "one"), ("update", 2, "two"), ("update", 3, "two"))
        self.assertIsNone(find(worlds, twice, (("one", 2), ("two", 3), ("two", 3)), True))

    def test_two_writers_for_one_generation_never_both_win(self):
        with self.assertRaises(Contradiction):
            replay([(CREATE, MADE), (update("two"), updated(2, 2)), (update("three", if_match=1), updated(3, 3))])

    def test_a_deleted_one_that_comes_back_is_found(self):
        with self.assertRaises(Contradiction):
            replay([(CREATE, MADE), (Request("delete"), Answer(202)), (Request("start"), Answer(202))])
        worlds = replay([(CREATE, MADE), (Request("delete"), Answer(202))])
        self.assertIsNone(find(worlds, (("create", 1, "one"), ("delete", 1, "")), None, True))


if __name__ == "__main__":
    unittest.main()
