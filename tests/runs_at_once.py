"""Runs without a process of their own, for tests of what decides when they start."""


class RunsAtOnce:
    """What a scheduler has slots run by: always free; `start` is the test's."""

    def __init__(self, ledger):
        self.ledger, self.settings, self.under_way = ledger, None, 0

    def own(self):
        return set()

    def prepare(self, job):
        pass

    def obstacle(self, job):
        return ""

    def watch(self, now):
        pass

    def end_all(self, now, reason):
        pass
