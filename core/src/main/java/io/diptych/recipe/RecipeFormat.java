package io.diptych.recipe;

import io.diptych.option.Families;
import io.diptych.option.OptionException;
import io.diptych.option.Options;
import io.diptych.option.Tree;
import io.diptych.option.Yaml;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * How a recipe record is read from YAML and written to it, told from another and hashed.
 *
 * @param <R> the recipe record
 */
public final class RecipeFormat<R extends Record> {
  private static final String ABSENT = "(absent)";

  private final Class<R> type;
  private final Families families;
  private final Consumer<R> validator;

  /**
   * A format.
   *
   * @param type the recipe record
   * @param families the families of its choices
   * @param validator looks for contradictions between keys, and throws an {@link OptionException}
   *     with the path of one of them
   */
  public RecipeFormat(Class<R> type, Families families, Consumer<R> validator) {
    this.type = type;
    this.families = families;
    this.validator = validator;
  }

  /**
   * The recipe a tree says, with overrides laid over it and defaults for what neither says.
   *
   * @param tree the tree of a recipe file
   * @param overrides assignments such as {@code method.temperature=0.2}, of which later ones win; a
   *     value is YAML, a list's entry is named by its position counted from 0. One of a section's
   *     preset ({@code evaluate.knn.preset=w-mse}) comes before all others and takes the place of
   *     what the tree says of the section
   * @return the validated recipe
   * @throws OptionException if something is wrong in the recipe or an override
   */
  public R bind(Tree tree, List<String> overrides) {
    if (!(tree instanceof Tree.Mapping)) {
      boolean empty = tree instanceof Tree.Scalar scalar && scalar.value() == null;
      throw new OptionException(
          tree.location(), "", (empty ? "is empty; " : "") + "expected lines of 'key: value'");
    }
    Tree full = tree;
    List<Assignment> assignments =
        new ArrayList<>(overrides.stream().map(Assignment::new).toList());
    assignments.sort(Comparator.comparing(Assignment::namesPreset).reversed());
    for (Assignment assignment : assignments) {
      full = assignment.applyTo(full);
    }
    R recipe = Options.bind(type, full, families);
    try {
      validator.accept(recipe);
    } catch (OptionException e) {
      throw e.in(full);
    }
    return recipe;
  }

  /**
   * The recipe with the value of every option, which {@link #bind} reads as an equal one.
   *
   * @param recipe a recipe
   * @return the YAML
   */
  public String write(R recipe) {
    return Yaml.write(Options.tree(recipe));
  }

  /**
   * A hash over all options that can affect results.
   *
   * @param recipe a recipe
   * @return the SHA-256, 64 hexadecimal digits
   */
  public String hash(R recipe) {
    return sha256(Options.resultTree(recipe));
  }

  /**
   * A hash over some sections.
   *
   * @param recipe a recipe
   * @param sections their keys
   * @return the SHA-256, 64 hexadecimal digits
   */
  String hash(R recipe, Set<String> sections) {
    Map<String, Tree> chosen = new LinkedHashMap<>(Options.resultTree(recipe).entries());
    chosen.keySet().retainAll(sections);
    return sha256(Tree.of(chosen));
  }

  private static String sha256(Tree tree) {
    // The form in one line: the hash does not change with the layout.
    byte[] text = Yaml.flow(tree).getBytes(StandardCharsets.UTF_8);
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /**
   * The options that can affect results and differ.
   *
   * @param before a recipe
   * @param after another recipe
   * @return one line for each, such as {@code optimizer.lr: 0.3 → 0.5}; none for recipes of one
   *     hash
   */
  public List<String> difference(R before, R after) {
    Map<String, String> old = new LinkedHashMap<>();
    Map<String, String> now = new LinkedHashMap<>();
    flatten("", Options.resultTree(before), old);
    flatten("", Options.resultTree(after), now);
    Set<String> paths = new LinkedHashSet<>(old.keySet());
    paths.addAll(now.keySet());
    return paths.stream()
        .filter(path -> !old.getOrDefault(path, "").equals(now.getOrDefault(path, "")))
        .map(
            path ->
                path
                    + ": "
                    + old.getOrDefault(path, ABSENT)
                    + " → "
                    + now.getOrDefault(path, ABSENT))
        .toList();
  }

  /** Notes the values by their paths; lists of plain values, and what is empty, are values. */
  private static void flatten(String path, Tree tree, Map<String, String> values) {
    String prefix = path.isEmpty() ? "" : path + ".";
    if (tree instanceof Tree.Mapping mapping && !mapping.entries().isEmpty()) {
      mapping.entries().forEach((key, value) -> flatten(prefix + key, value, values));
    } else if (tree instanceof Tree.Sequence sequence && holdsSections(sequence)) {
      for (int i = 0; i < sequence.items().size(); i++) {
        flatten(prefix + i, sequence.items().get(i), values);
      }
    } else {
      values.put(path, Yaml.flow(tree));
    }
  }

  private static boolean holdsSections(Tree.Sequence sequence) {
    return sequence.items().stream().anyMatch(Tree.Mapping.class::isInstance);
  }
}
