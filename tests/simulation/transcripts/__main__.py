"""Writes the transcripts anew: python -m tests.simulation.transcripts"""

from tests.simulation.transcripts.scenarios import scenarios

for scenario in scenarios():
    scenario.file.write_text(scenario.text(), "utf-8")
    print(f"wrote {scenario.file.name}")
