"""What the pages of a class can look like: for each page a story, whose steps each bring about one more state."""

from collections.abc import Callable, Mapping

from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser.classroom import Class
from tests.browser.driver import Playground, block_chart
from tests.support.server import ServerProcess

LINK = "#dataset=xor&seed=0.4&networkShape=3"
TASK = "Separate the two classes with as few neurons as you can, and say why fewer are not enough."
QUESTION = {
    "text": "How will the boundary look with a single hidden neuron?",
    "answers": ["A straight line", "A circle", "It depends on the activation"],
    "right": 0,
}
CURVE = [[-4.0, -3.0], [-2.0, 1.0], [0.0, 0.5], [2.0, 3.0], [5.0, 2.0]]
STARTS = {"link": LINK, "epochs": 100, "count": 12, "vary": "weights"}
GRID = {"link": LINK, "epochs": 50, "grid": {"learning_rate": [0.03, 0.3], "activation": ["relu", "tanh", "linear"]}}

DESK: ViewportSize = {"width": 1366, "height": 768}
PHONE: ViewportSize = {"width": 390, "height": 844}
NARROW: ViewportSize = {"width": 320, "height": 640}
PROJECTOR: ViewportSize = {"width": 1280, "height": 720}


class Scene:
    """A class with some students, and the page that a story is about."""

    def __init__(self, chromium: Browser, server: ServerProcess) -> None:
        self.held = Class(server, "#dataset=spiral&seed=0.3&networkShape=4,2")
        self.students = [self.held.add_student(link=f"{LINK}&learningRate=0.{digit}") for digit in (1, 3, 5)]
        self._context = chromium.new_context(viewport=DESK, reduced_motion="reduce")
        self.playground = self._open()

    def _open(self) -> Playground:
        page = self._context.new_page()
        block_chart(page)
        return Playground(page, self.held.server.address)

    @property
    def page(self) -> Page:
        """The page."""
        return self.playground.page

    def say(self, command: str, **fields: object) -> None:
        """Let the teacher send a command."""
        self.held.teacher.say(command, **fields)

    def see(self, text: str, *, within: str = "body") -> None:
        """Wait until a text is there."""
        expect(self.page.locator(within)).to_contain_text(text)

    def knock(self, wanted: str) -> None:
        """Open the student's page, and wait for what is at the door."""
        self.page.goto(self.held.address)
        self.page.locator(wanted).first.wait_for()

    def second_page(self) -> None:
        """Open the same page once more, which takes the place of this one."""
        self._open().page.goto(self.page.url)

    def close(self) -> None:
        """End the class, and close its pages."""
        self.held.close()
        self._context.close()


Step = Callable[[Scene], object]


# --- the student's page -------------------------------------------------------------------------------------------


def _wrong_code(scene: Scene) -> None:
    scene.page.goto(f"{scene.held.server.address}class/000000")
    scene.see("is not open")


def _name_policy(names: str, wanted: str, **changes: object) -> Step:
    def step(scene: Scene) -> None:
        scene.say("set_class", changes={"names": names, **changes})
        scene.knock(wanted)

    return step


def _waiting_room(scene: Scene) -> None:
    scene.say("set_class", changes={"waiting_room": True, "names_visible": True})
    scene.page.locator(".class-choice").first.click()
    scene.see("will let you in", within="#class-text")
    scene.playground.until(lambda: bool(scene.playground.frames))


def _admitted(scene: Scene) -> None:
    scene.say("admit", seats=[])
    scene.see("No task yet", within="#class-text")


def _task(scene: Scene) -> None:
    scene.say("hand_out", link=LINK, text=TASK)
    scene.see("Separate", within="#class-text")


def _card(button: str) -> Step:
    def step(scene: Scene) -> None:
        scene.page.locator(button).click()
        scene.page.locator(".class-card:popover-open").wait_for()

    return step


def _follow(scene: Scene) -> None:
    scene.page.keyboard.press("Escape")
    scene.say("set_mode", mode="follow")
    scene.see("Watching", within="#class-text")


def _try(scene: Scene) -> None:
    scene.page.get_by_role("button", name="Try it yourself").click()
    scene.see("your own copy", within="#class-text")


def _pause(scene: Scene) -> None:
    scene.say("set_mode", mode="pause")
    scene.page.locator("#class-pause").wait_for()


def _ask(scene: Scene) -> None:
    scene.say("set_mode", mode="explore")
    scene.say("ask", **QUESTION)
    scene.page.locator("#class-question .class-choice").first.wait_for()


def _answer(scene: Scene) -> None:
    scene.page.locator("#class-question .class-choice").nth(1).click()
    scene.see("is sent", within="#class-question")


def _reveal(scene: Scene) -> None:
    scene.say("reveal")
    scene.see("Your answer", within="#class-question")


def _ask_to_draw(scene: Scene) -> None:
    scene.say("ask", text="Draw the boundary that you expect.", answers=[])
    scene.page.locator(".class-pad").wait_for()


def _reveal_drawings(scene: Scene) -> None:
    for student in scene.students:
        student.say("answer", question=2, strokes=[CURVE])
    scene.playground.until(lambda: scene.playground.last("class")["question"]["answered"] == len(scene.students))
    scene.say("reveal")
    scene.see("All drawings", within="#class-question")


def _snapshots(scene: Scene) -> None:
    scene.say("close_question")
    scene.held.keep_snapshots("Before training", "The same, with a note that takes several lines")
    scene.say("show_snapshots", snapshots=[1, 2], may_take=True)
    scene.page.locator("#class-compare figure").nth(1).wait_for()


def _experiment(scene: Scene) -> None:
    scene.say("show_snapshots", snapshots=[])
    scene.say("start_experiment", **STARTS)
    scene.see("You had start", within="#class-text")


def _runs(scene: Scene) -> None:
    scene.page.get_by_role("button", name="See all runs").click()
    scene.see("12 of 12 runs done", within="#class-experiment")


def _grid(scene: Scene) -> None:
    scene.say("start_experiment", **GRID)
    scene.see("6 of 6 runs done", within="#class-experiment")


def _lesson(scene: Scene) -> None:
    scene.say("hand_out", lesson="depth", text="Work through the first steps.", first=0, last=1)
    scene.page.locator("#lesson .step:not([hidden])").first.wait_for()
    scene.see("first steps", within="#class-text")


def _without_teacher(scene: Scene) -> None:
    scene.held.teacher.close()
    scene.see("teacher away", within="#class-strip")


def _moved(scene: Scene) -> None:
    scene.held.come_back()
    scene.second_page()
    scene.page.locator("#messages .message").first.wait_for()


def _removed(scene: Scene) -> None:
    scene.page.reload()
    scene.page.locator("#class-door").wait_for(state="hidden")
    seat = scene.playground.last("joined")["seat"]
    scene.say("remove", seat=seat)
    scene.see("no longer in the class", within="#class-door")


def _ended(scene: Scene) -> None:
    scene.say("set_class", changes={"names": "given", "waiting_room": False})
    scene.page.get_by_role("button", name="Join again").click()
    scene.page.locator(".class-choice").first.click()
    scene.page.locator("#class-door").wait_for(state="hidden")
    scene.say("end_class")
    scene.see("The class has ended", within="#class-door")


NAMES = ["Ada Lovelace", "Émile Zola", "Grace Hopper", "Emmy Noether", "Alan Turing", "Lise Meitner", "Niels Bohr"]
OF_STUDENT: Mapping[str, Step] = {
    "no such class": _wrong_code,
    "given names": _name_policy("given", ".class-choice"),
    "free names": _name_policy("free", "#class-own-name"),
    "names of a list": _name_policy("list", ".class-choice", name_list=[*NAMES, "Marie Curie", "Rosalind Franklin"]),
    "waiting room": _waiting_room,
    "no task": _admitted,
    "task": _task,
    "who is here": _card("#class-who"),
    "own card": _card("#class-me"),
    "watching": _follow,
    "trying": _try,
    "paused": _pause,
    "question": _ask,
    "answered": _answer,
    "revealed": _reveal,
    "drawing": _ask_to_draw,
    "drawings": _reveal_drawings,
    "snapshots": _snapshots,
    "experiment": _experiment,
    "runs": _runs,
    "grid": _grid,
    "lesson": _lesson,
    "teacher away": _without_teacher,
    "moved": _moved,
    "removed": _removed,
    "ended": _ended,
}


# --- the screen ---------------------------------------------------------------------------------------------------


def _view(view: str, *commands: tuple[str, dict[str, object]]) -> Step:
    """Send commands, and wait for a view of the screen."""

    def step(scene: Scene) -> None:
        for command, fields in commands:
            scene.say(command, **fields)
        expect(scene.page.locator("html")).to_have_attribute("data-screen", view)
        scene.playground.drawn()

    return step


def _open_screen(scene: Scene) -> None:
    scene.say("show_on_screen", view="join")
    scene.held.open_screen(scene.page)
    expect(scene.page.locator("html")).to_have_attribute("data-screen", "join")


def _counted(scene: Scene) -> None:
    for student, choice in zip(scene.students, (0, 0, 2), strict=True):
        student.say("answer", question=1, choice=choice)
    scene.see("All 3 have answered")
    scene.say("reveal")
    scene.page.locator(".screen-answer.right").wait_for()


def _drawn(scene: Scene) -> None:
    _view("question", ("ask", {"text": "Draw the boundary that you expect.", "answers": []}))(scene)
    for student in scene.students:
        student.say("answer", question=2, strokes=[CURVE])
    scene.see("All 3 have answered")


def _side_by_side(scene: Scene) -> None:
    scene.say("set_mode", mode="explore")
    scene.say("show_on_screen", view="auto")
    scene.held.keep_snapshots("Before training", "The same, with a note that takes several lines")
    _view("snapshots", ("show_snapshots", {"snapshots": [1, 2]}))(scene)


def _done(scene: Scene) -> None:
    _view("experiment", ("show_snapshots", {"snapshots": []}), ("start_experiment", STARTS))(scene)
    scene.see("12 of 12 runs done")


def _cells(scene: Scene) -> None:
    scene.say("start_experiment", **GRID)
    scene.see("6 of 6 runs done")


OF_SCREEN: Mapping[str, Step] = {
    "how to join": _open_screen,
    "wall": _view("wall", ("show_on_screen", {"view": "auto"})),
    "wall with names": _view(
        "wall", ("set_class", {"changes": {"names_on_screen": True}}), ("hand_out", {"link": LINK, "text": TASK})
    ),
    "question": _view("question", ("ask", QUESTION)),
    "revealed": _counted,
    "drawings": _drawn,
    "network": _view("network", ("close_question", {}), ("set_mode", {"mode": "follow"})),
    "paused": _view("paused", ("set_mode", {"mode": "pause"})),
    "paused beside the wall": _view("wall", ("show_on_screen", {"view": "wall"})),
    "snapshots": _side_by_side,
    "experiment": _done,
    "grid": _cells,
    "next task": _view("wall", ("hand_out", {"link": LINK, "text": "Now this."})),
    "over": _view("over", ("end_class", {})),
}


# --- the wall and the results, on the teacher's page --------------------------------------------------------------


def _teach(scene: Scene) -> None:
    for student in scene.students:
        student.say("advance", count=20)
    scene.say("hand_out", link=f"{LINK}&goalTestLoss=0.5", text=TASK)
    scene.students[0].say("raise_hand", on=True)
    # the secret is the teacher's way in; the client is told that another page has taken over
    scene.page.goto(f"{scene.held.server.address}teach#{scene.held.secret}")
    scene.playground.until(lambda: bool(scene.playground.frames))
    scene.page.keyboard.press("v")
    scene.page.locator("#panel-wall .wall-tile").nth(2).wait_for()


def _click(*selectors: str, shown: str) -> Step:
    def step(scene: Scene) -> None:
        for selector in selectors:
            scene.page.locator(selector).first.click()
        scene.page.locator(shown).first.wait_for()

    return step


OF_TEACHER: Mapping[str, Step] = {
    "wall": _teach,
    "list": _click("#panel-wall .wall-button:text-is('List')", shown=".wall-list td"),
}
