"""A model of the API for one deployment that one client writes to, and a checker that replays a history of requests.

An answered request happened, and the answer must be the one the model gives. An unanswered one happened or did not: from
there on the model has two worlds. An answer that no world gives is a lost write, or one that was applied twice. Pure.
"""
import dataclasses

# More worlds than this means that the test asks too little between its kills.
MOST_WORLDS = 4096


@dataclasses.dataclass(frozen=True)
class World:
    """What a deployment is. `story`: (kind, revision, message) of everything that was accepted."""
    exists: bool = False
    desire: str = "running"
    generation: int = 0
    revision: int = 0
    specs: tuple = ()  # (message, replicas) of revision 1, 2, ...
    story: tuple = ()

    def accept(self, kind, desire, spec=None):
        specs = self.specs + ((spec,) if spec else ())
        message = spec[0] if spec else ""
        return dataclasses.replace(
            self, exists=True, desire=desire, generation=self.generation + 1, revision=len(specs), specs=specs,
            story=self.story + ((kind, len(specs), message),))

    def view(self):
        return {"generation": self.generation, "revision": self.revision, "replicas": self.specs[-1][1]}


@dataclasses.dataclass(frozen=True)
class Request:
    kind: str  # create, update, start, stop, delete, get
    message: str = ""
    replicas: int = 0
    if_match: int | None = None


@dataclasses.dataclass(frozen=True)
class Answer:
    status: int
    view: dict | None = None  # generation, revision, replicas

    def agrees(self, other):
        return self.status == other.status and (self.view is None or other.view is None or self.view == other.view)


def apply(world, request):
    """The world after the request, and its answer."""
    if request.kind == "create":
        # A repeat with the same Idempotency-Key: the answer is what the first one made.
        if world.exists:
            return world, Answer(201 if world.desire != "deleted" else 0, world.view())
        made = world.accept("create", "running", (request.message, request.replicas))
        return made, Answer(201, made.view())
    if not world.exists:
        return world, Answer(404)
    if world.desire == "deleted":
        # Gone at once or after a while: the client does not know which.
        return world, Answer(-1)
    if request.kind == "get":
        return world, Answer(200, world.view())
    if request.if_match is not None and request.if_match != world.generation:
        return world, Answer(412)
    if request.kind == "update":
        after = world.accept("update", "running", (request.message, request.replicas))
        return after, Answer(200, after.view())
    if request.kind == "delete":
        return world.accept("delete", "deleted"), Answer(202)
    desire = {"start": "running", "stop": "stopped"}[request.kind]
    after = world if world.desire == desire else world.accept(request.kind, desire)
    return after, Answer(202, after.view())


# What a deployment answers while it is being deleted, or when it is gone.
DELETED = {"get": (200, 404), "delete": (202, 204, 404), "create": (201, 409), "update": (404, 409), "start": (404, 409),
           "stop": (404, 409)}


def fits(world, request, expected, answer):
    if world.exists and world.desire == "deleted":
        return answer.status in DELETED[request.kind]
    if request.kind == "delete" and expected.status == 202:
        return answer.status in (202, 204)
    return expected.agrees(answer)


class Contradiction(Exception):
    pass


def replay(history):
    """The worlds that a history of (Request, Answer or None) allows; raises Contradiction when there is none."""
    worlds = {World()}
    for number, (request, answer) in enumerate(history):
        following = set()
        for world in worlds:
            after, expected = apply(world, request)
            if answer is None:
                following |= {world, after}
            elif fits(world, request, expected, answer):
                following.add(after)
        if not following:
            raise Contradiction(f"request {number} {request} was answered {answer}; the worlds before it were "
                                f"{sorted(worlds, key=repr)}")
        if len(following) > MOST_WORLDS:
            raise Contradiction(f"{len(following)} worlds after request {number}")
        worlds = following
    return worlds


def find(worlds, story, specs, exists):
    """Is what is there in the end one of the worlds? `specs` is None when the deployment is gone."""
    for world in worlds:
        there = world.exists and world.desire != "deleted"
        if there == exists and world.story == story and (specs is None or world.specs == specs):
            return world
    return None
