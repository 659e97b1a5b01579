package dev.coppice.compiler.compress.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class MarkupTest {
  @Test
  void textAndAttributesAreEscaped() {
    Markup out = new Markup();
    out.open("p", "title", "a\"b<'").text("<b>&amp;").close();
    assertEquals("<p title=\"a&quot;b&lt;&#39;\">&lt;b&gt;&amp;amp;</p>", out.toString());
  }

  @Test
  void controlCharactersAreReplaced() {
    assertEquals("a\ufffdb\nc\ufffd", Markup.escape("a\u0000b\nc\u007f"));
    assertEquals("é😀", Markup.escape("é😀"));
  }

  @Test
  void whatIsNotClosedIsABug() {
    Markup out = new Markup();
    out.open("p");
    assertThrows(IllegalStateException.class, out::toString);
  }
}
