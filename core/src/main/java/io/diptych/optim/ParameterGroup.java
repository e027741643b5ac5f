package io.diptych.optim;

import io.diptych.option.Option;
import java.util.regex.Pattern;

/**
 * Parameters with rates of their own.
 *
 * @param match which: a full name, in which an asterisk stands for any text
 * @param lr their learning rate, as a part of the others'
 * @param weightDecay their weight decay, as a part of the others'
 */
public record ParameterGroup(
    @Option(
            doc =
                "which parameters: a full name, in which * stands for any text, such as"
                    + " encoder.*, *.bias or encoder.layer4.*.weight")
        String match,
    @Option(
            value = "1",
            range = "[0, inf)",
            doc = "their learning rate, as a part of the others'; 0 leaves them as they are")
        double lr,
    @Option(
            value = "1",
            range = "[0, inf)",
            doc = "their weight decay, as a part of the others'; 0 for none")
        double weightDecay) {
  /** Returns whether a parameter belongs here. */
  boolean matches(String name) {
    String expression = Pattern.quote(match).replace("*", "\\E.*\\Q");
    return Pattern.matches(expression, name);
  }
}
