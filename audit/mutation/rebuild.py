"""Builds a program anew with another text in one source file, by the commands of a build folder that Ninja made.

Only that file is compiled; the library that it belongs to is archived anew from the objects that are there, and the program is
linked with it. The build folder is read and never written.
"""

import os
import pathlib
import re
import shlex
import subprocess

from mutants import ROOT

# One command, on a machine that has other work. A compiler that needs longer hangs.
SECONDS = 600


class BuildError(Exception):
    """The build folder is not what it has to be, or a command failed: says which, and what came of it."""


class Build:
    """A build folder. Its programs have to be up to date."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder).resolve()
        if not (self.folder / "build.ninja").exists():
            raise BuildError(f"{self.folder} was not made by cmake -G Ninja; configure it with one of the presets")

    def program(self, name):
        return self.folder / "bin" / name

    def rebuild(self, name, file, text, into):
        """Builds program `name` of bin/ into the folder `into`, with `text` in place of the content of `file`."""
        return self.rebuild_with(f"bin/{name}", {file: text}, into)

    def rebuild_with(self, program, texts, into):
        """The same of a program by its path in the build folder, with other texts in several files."""
        into = pathlib.Path(into).resolve()
        built = into / pathlib.Path(program).name
        commands = self._run(["ninja", "-t", "commands", program]).splitlines()
        link = _in_place_of(commands[-1], program, built)
        archives = {}
        for file, text in texts.items():
            compile_words = _only((words for words in (shlex.split(line) for line in commands if file in line)
                                   if _compiles(words, ROOT / file)), f"command compiles {file} alone for {program} (touchstone_compile_alone)")
            object_file = _value(compile_words, "-o")
            changed = self._compile(compile_words, file, text, into)
            if _has_word(link, object_file):
                link = _in_place_of(link, object_file, changed)
                continue
            archive_command = _only((line for line in commands if _has_word(line, object_file) and ".a " in line
                                     and object_file not in _outputs(line)), f"command archives {object_file}")
            archives[archive_command] = _in_place_of(archives.get(archive_command, archive_command), object_file, changed)
        for original, command in archives.items():
            archive = _archive(original)
            renewed = into / pathlib.Path(archive).name
            self._run(_in_place_of(command, archive, renewed), shell=True)
            link = _in_place_of(link, archive, renewed)
        self._run(link, shell=True)
        return built

    def _compile(self, words, file, text, into):
        source = into / file
        source.parent.mkdir(parents=True, exist_ok=True)
        source.write_text(text, encoding="utf-8")
        changed = source.with_suffix(".o")
        words = list(words)
        for option, value in {"-o": changed, "-c": source, "-MF": source.with_suffix(".d"), "-MT": changed}.items():
            if option in words:
                words[words.index(option) + 1] = str(value)
        # A comparison that is now always true is a mutant like others, though a warning.
        self._run([*words, "-Wno-error"])
        return changed

    def _run(self, command, shell=False):
        # What is compiled here is compiled once: the cache shall neither answer nor remember.
        environment = {**os.environ, "CCACHE_DISABLE": "1"}
        done = subprocess.run(command, shell=shell, cwd=self.folder, env=environment, text=True, capture_output=True,
                              timeout=SECONDS, check=False)
        if done.returncode != 0:
            raise BuildError(f"{command}\nended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done.stdout


def _only(found, what):
    found = list(found)
    if len(found) != 1:
        raise BuildError(f"{len(found)} times a {what}; it has to be one")
    return found[0]


def _value(words, option):
    return words[words.index(option) + 1]


def _compiles(words, source):
    return "-c" in words and os.path.realpath(_value(words, "-c")) == str(source)


def _outputs(line):
    words = shlex.split(line)
    return [words[i + 1] for i, word in enumerate(words[:-1]) if word == "-o"]


def _word(word):
    return re.compile(rf"(?<!\S){re.escape(str(word))}(?!\S)")


def _has_word(line, word):
    return _word(word).search(line) is not None


def _in_place_of(line, old, new):
    line, count = _word(old).subn(lambda _: shlex.quote(str(new)), line)
    if count == 0:
        raise BuildError(f"{old} does not stand in the command {line}")
    return line


def _archive(line):
    return _only(set(re.findall(r"(?<!\S)\S+\.a(?!\S)", line)), f"archive is named by {line}")
