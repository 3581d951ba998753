"""What is learned of a text that is saved again and again."""

from foreword.terminal.files import Lessons


def test_lines_that_were_there_are_not_learned() -> None:
    lessons = Lessons("somebody's words\nand more")
    assert lessons.new_in("somebody's words\nmine\nand more") == ["mine"]


def test_each_line_is_learned_once() -> None:
    lessons = Lessons()
    assert lessons.new_in("see you tomorrow\n\nsee you tomorrow\n  bye  \n") == ["see you tomorrow", "bye"]
    assert lessons.new_in("see you tomorrow\nbye\nsee you tomorrow\n") == []


def test_a_line_is_learned_as_it_is() -> None:
    line = 'He said: "Go."  I went… 行。走！ Really?'
    assert Lessons().new_in(line) == [line]


def test_of_a_line_that_grows_only_the_new_sentences_are_learned() -> None:
    lessons = Lessons()
    assert lessons.new_in("I came. I saw.") == ["I came. I saw."]
    assert lessons.new_in("I came. I saw. I won. Then home.") == ["I won. Then home."]
    assert lessons.new_in("I came. Nobody saw. I won. Then home.") == ["Nobody saw."]
    assert lessons.new_in("我来了。我走了。") == ["我来了。我走了。"]
    assert lessons.new_in("我来了。他来了。我走了。") == ["他来了。"]
