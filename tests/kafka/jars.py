"""Where Apache Kafka's jars and a Java to run them come from: KAFKA_HOME, else Maven. Says why there are none."""

import fcntl
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
FETCHED = HERE / "target" / "jars"
MAVEN_SECONDS = 600
OLDEST_JAVA = 17


class NotToBeHad(Exception):
    """Apache Kafka cannot run here; the message is one line that says why and what would help."""


@dataclass(frozen=True, slots=True)
class KafkaProgram:
    """What runs Apache Kafka. `source` tells where its jars come from."""

    java: str
    jars: Path
    source: str

    @property
    def version(self) -> str:
        """Such as 4.4.0; empty when the jars do not tell."""
        found = next(self.jars.glob("kafka-clients-*.jar"), None)
        return found.stem.removeprefix("kafka-clients-") if found else ""


def find_program() -> KafkaProgram:
    """Find or fetch it. Raises NotToBeHad."""
    java = _java()
    home = os.environ.get("KAFKA_HOME")
    if home:
        libs = Path(home) / "libs"
        if not any(libs.glob("kafka_*.jar")):
            raise NotToBeHad(f"KAFKA_HOME={home} holds no libs/kafka_*.jar")
        return KafkaProgram(java, libs, "KAFKA_HOME")
    with (HERE / "pom.xml").open() as pom:
        fcntl.flock(pom, fcntl.LOCK_EX)  # parallel test processes: one fetches, the others wait
        _fetch()
    return KafkaProgram(java, FETCHED, "Maven")


def _java() -> str:
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home) / "bin" / "java") if home else shutil.which("java")
    if java is None or not Path(java).exists():
        raise NotToBeHad(f"no Java {OLDEST_JAVA} or newer was found; install one, or set JAVA_HOME")
    told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(\d+)', told)
    if found is None or int(found.group(1)) < OLDEST_JAVA:
        raise NotToBeHad(f"{java} is older than Java {OLDEST_JAVA}; set JAVA_HOME to a newer one")
    return java


def _fetch() -> None:
    """Let Maven put the jars into target/jars, unless they are there for the pom as it is."""
    pom, stamp = HERE / "pom.xml", FETCHED / ".complete"
    if stamp.exists() and stamp.stat().st_mtime >= pom.stat().st_mtime:
        return
    maven = shutil.which("mvn")
    if maven is None:
        raise NotToBeHad("KAFKA_HOME is not set and Maven (mvn) is not installed")
    shutil.rmtree(FETCHED, ignore_errors=True)
    command = [maven, "--quiet", "--batch-mode", "-f", str(pom), "package"]
    try:
        subprocess.run(command, capture_output=True, text=True, check=True, timeout=MAVEN_SECONDS)
    except subprocess.CalledProcessError as error:
        first = next((line for line in error.stdout.splitlines() if "ERROR" in line), "no reason given")
        raise NotToBeHad(f"Maven could not fetch Apache Kafka: {first[:300]}") from None
    except subprocess.TimeoutExpired:
        raise NotToBeHad(f"Maven did not fetch Apache Kafka within {MAVEN_SECONDS} s") from None
    stamp.touch()
