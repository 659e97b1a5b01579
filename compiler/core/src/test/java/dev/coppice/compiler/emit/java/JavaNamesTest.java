package dev.coppice.compiler.emit.java;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class JavaNamesTest {
  @Test
  void replacesWhatNoIdentifierHas() {
    assertEquals("input_1", JavaNames.legal("input.1"));
    assertEquals("v0_conv", JavaNames.legal("0:conv"));
    assertEquals("v", JavaNames.legal(""));
    assertEquals("gr__e", JavaNames.legal("gr\u00f6\u00dfe"));
    assertEquals("a_b", JavaNames.legal("a$b"));
  }

  @Test
  void changesKeywords() {
    assertEquals("int_", JavaNames.legal("int"));
    assertEquals("true_", JavaNames.legal("true"));
  }

  @Test
  void givesEachNameOnce() {
    JavaNames names = new JavaNames();
    assertEquals("conv", names.fresh("conv"));
    assertEquals("conv2", names.fresh("conv"));
    assertEquals("conv2_2", names.fresh("conv2"));
    assertEquals("conv3", names.fresh("conv"));
  }

  @Test
  void commentsCannotEndOrEscape() {
    assertEquals(
        "a *&#47; &lt;b> &amp; &#64;c /u000a ?", JavaNames.javadoc("a */ <b> & @c \\u000a \u00e9"));
    assertEquals("a /u000a  b", JavaNames.comment("a \\u000a \nb".replace(" \n", " \n")));
  }
}
