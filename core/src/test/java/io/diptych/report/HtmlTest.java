package io.diptych.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class HtmlTest {
  @Test
  void textsAndAttributesAreEscaped() {
    String html = new Html().leaf("p", "<b> & \"it\" 'is'", "title", "\"><script>").toString();

    assertThat(html)
        .isEqualTo(
            "<p title=\"&quot;&gt;&lt;script&gt;\">&lt;b&gt; &amp; &quot;it&quot; &#39;is&#39;</p>");
  }

  @Test
  void charactersThatMarkupCannotHoldAreReplaced() {
    assertThat(new Html().text("a\u0000b\u001b[31m\uD800c\uFFFF").toString())
        .isEqualTo("a\uFFFDb\uFFFD[31m\uFFFDc\uFFFD");
  }

  @Test
  void charactersBeyondTheBasicPlaneStay() {
    assertThat(new Html().text("猫 🐈").toString()).isEqualTo("猫 🐈");
  }

  @Test
  void elementsMustBeClosedInOrder() {
    assertThatThrownBy(() -> new Html().open("p").open("b").close("p"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("closing <p>, open is b");
    assertThatThrownBy(() -> new Html().open("p").toString())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("still open: [p]");
  }
}
