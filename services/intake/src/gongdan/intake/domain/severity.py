"""Partners' words for how bad something is, as our priorities. What is not known stays without one.

The words of Alertmanager's users, Grafana, Zabbix, Sentry, syslog, PagerDuty; a Source's own table comes first.
"""

from collections.abc import Mapping

from gongdan.shared.contracts.messages import Priority

WORDS: Mapping[Priority, str] = {
    "urgent": "urgent critical crit fatal emergency emerg disaster blocker page sev1 p1 1 紧急 严重 致命",
    "high": "high error err major alert severe sev2 p2 2 高 重要 错误",
    "normal": "normal medium moderate average warning warn sev3 p3 3 中 一般 警告",
    "low": "low minor info information informational notice debug trivial ok none sev4 sev5 p4 p5 4 5 低 提示 信息",
}
USUAL: Mapping[str, Priority] = {word: priority for priority, words in WORDS.items() for word in words.split()}


def priority_of(word: str, own: Mapping[str, Priority]) -> Priority | None:
    """The priority that a word means, whatever its capitals."""
    known = {name.lower(): priority for name, priority in own.items()}
    return known.get(word.lower()) or USUAL.get(word.lower())
