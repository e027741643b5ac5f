package io.diptych.objective;

import io.diptych.Golden;
import io.diptych.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** The terms of twin class distributions against recorded values and gradients. */
public final class TwinClassesGoldens {
  private TwinClassesGoldens() {}

  public static void ofEachTerm(Golden golden) {
    double epsilon = golden.parameter("EPS").asDouble();
    Tensor first = golden.input("logits1").requiresGrad_(true);
    Tensor p = soften(golden, first);
    String term = golden.parameter("term").asString();
    Tensor second = golden.hasInput("logits2") ? golden.input("logits2").requiresGrad_(true) : null;
    Tensor value =
        switch (term) {
          case "eh" -> TwinClasses.sharpness(p, epsilon);
          case "he" -> TwinClasses.diversity(p, epsilon);
          case "kl" -> TwinClasses.divergence(p, soften(golden, second), epsilon);
          // The cross-entropy, of which no loss is made, is the divergence and the entropy.
          case "ce" ->
              TwinClasses.divergence(p, soften(golden, second), epsilon)
                  .add(TwinClasses.sharpness(p, epsilon));
          default -> throw new AssertionError(term);
        };
    value.backward();
    golden.checkEach("value", value);
    golden.checkEach("grad.logits1", first.grad());
    if (second != null) {
      golden.checkEach("grad.logits2", second.grad());
    }
  }

  public static void ofAPair(Golden golden) {
    Tensor first = golden.input("logits1").requiresGrad_(true);
    Tensor second = golden.input("logits2").requiresGrad_(true);
    TwinClasses.Terms terms =
        TwinClasses.ofPairs(List.of(first, second), temperature(golden), epsilon(golden));
    Tensor loss = total(golden, terms);
    loss.backward();
    check(golden, terms);
    golden.checkEach("final", loss);
    golden.checkEach("loss", loss);
    golden.checkEach("grad.logits1", first.grad());
    golden.checkEach("grad.logits2", second.grad());
  }

  public static void ofSeveralCrops(Golden golden) {
    Tensor student = golden.input("student_logits").requiresGrad_(true);
    List<Tensor> views = views(golden, student);
    TwinClasses.Terms terms = terms(golden, views, teacher(golden));
    Tensor loss = total(golden, terms);
    loss.backward();
    check(golden, terms);
    golden.checkEach("loss", loss);
    golden.checkEach("acc", TwinClasses.agreement(views.get(0), views.get(1)));
    golden.checkEach("grad.student_logits", student.grad());
  }

  /** Returns the rows of each view, which follow each other. */
  public static List<Tensor> views(Golden golden, Tensor rows) {
    int views = golden.parameter("views").asInt();
    return split(rows, views);
  }

  static List<Tensor> split(Tensor rows, int views) {
    long each = rows.size(0) / views;
    List<Tensor> split = new ArrayList<>();
    for (int view = 0; view < views; view++) {
      split.add(rows.narrow(0, view * each, each));
    }
    return split;
  }

  /** Returns the teacher's rows of both global views, or nothing. */
  static List<Tensor> teacher(Golden golden) {
    return golden.parameter("use_momentum_encoder").asInt() == 0
        ? List.of()
        : split(golden.input("teacher_logits"), 2);
  }

  static TwinClasses.Terms terms(Golden golden, List<Tensor> student, List<Tensor> teacher) {
    return teacher.isEmpty()
        ? TwinClasses.ofPairs(student, temperature(golden), epsilon(golden))
        : TwinClasses.taught(student, teacher, temperature(golden), epsilon(golden));
  }

  /** Returns the loss with the weights of the case. */
  public static Tensor total(Golden golden, TwinClasses.Terms terms) {
    return terms
        .consistency()
        .add(terms.sharpness().mul(1 + golden.parameter("lam1").asDouble()))
        .sub(terms.diversity().mul(golden.parameter("lam2").asDouble()));
  }

  static double temperature(Golden golden) {
    return golden.parameter("tau").asDouble();
  }

  static double epsilon(Golden golden) {
    return golden.parameter("EPS").asDouble();
  }

  private static void check(Golden golden, TwinClasses.Terms terms) {
    golden.checkEach("kl", terms.consistency());
    golden.checkEach("eh", terms.sharpness());
    golden.checkEach("he", terms.diversity());
  }

  private static Tensor soften(Golden golden, Tensor logits) {
    return logits.div(temperature(golden)).softmax(1);
  }
}
