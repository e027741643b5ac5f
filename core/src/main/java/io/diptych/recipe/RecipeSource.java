package io.diptych.recipe;

import io.diptych.option.DidYouMean;
import io.diptych.option.OptionException;
import io.diptych.option.Tree;
import io.diptych.option.Yaml;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds recipes: the built-in ones by name ({@code sample/simclr}), others by the path of a file.
 *
 * <p>Built-in recipes are resources, {@code sample/simclr.yaml} for the name {@code sample/simclr},
 * beside a resource {@code index} that lists the names, one a line. The first line of a recipe is a
 * comment that sums it up.
 */
public final class RecipeSource {
  /** No built-in recipes: every recipe is a file. */
  public static final RecipeSource FILES = new RecipeSource(name -> null);

  private static final String INDEX = "index";
  private static final String SUFFIX = ".yaml";

  private final Function<String, @Nullable InputStream> resources;
  private final List<String> names;

  /**
   * A source with built-in recipes.
   *
   * @param resources opens a resource by its path below the folder of the recipes, or gives null if
   *     there is none; a class of the module that holds them can: {@code path ->
   *     Main.class.getResourceAsStream("/io/diptych/recipes/" + path)}
   */
  public RecipeSource(Function<String, @Nullable InputStream> resources) {
    this.resources = resources;
    byte[] index = resource(INDEX);
    names = index == null ? List.of() : decode(index).lines().filter(n -> !n.isBlank()).toList();
  }

  /**
   * The names of the built-in recipes.
   *
   * @return the names, in the order of the index
   */
  public List<String> names() {
    return names;
  }

  /**
   * The text of a built-in recipe, as it was written.
   *
   * @param name the name of a built-in recipe
   * @return the YAML with its comments
   * @throws OptionException if there is no such recipe
   */
  public String text(String name) {
    byte[] content = names.contains(name) ? resource(name + SUFFIX) : null;
    if (content == null) {
      throw unknown(name);
    }
    return decode(content);
  }

  /**
   * What a built-in recipe says of itself in its first line.
   *
   * @param name the name of a built-in recipe
   * @return the comment in the first line, empty if there is none
   * @throws OptionException if there is no such recipe
   */
  public String summary(String name) {
    String first = text(name).lines().findFirst().orElse("");
    return first.startsWith("#") ? first.substring(1).strip() : "";
  }

  /**
   * Reads a recipe.
   *
   * @param nameOrPath the name of a built-in recipe, or else the path of a file
   * @return the tree of the recipe
   * @throws OptionException if there is no such recipe, or it cannot be read or is no YAML
   */
  public Tree read(String nameOrPath) {
    if (names.contains(nameOrPath)) {
      return Yaml.read(text(nameOrPath).getBytes(StandardCharsets.UTF_8), nameOrPath + SUFFIX);
    }
    return Yaml.read(file(nameOrPath), nameOrPath);
  }

  private byte[] file(String name) {
    try {
      Path path = Path.of(name);
      if (Files.isDirectory(path)) {
        throw new OptionException("", name + ": is a folder; expected a recipe, a YAML file");
      }
      try (InputStream in = Files.newInputStream(path)) {
        return in.readNBytes(Yaml.MAX_BYTES + 1);
      }
    } catch (NoSuchFileException | InvalidPathException e) {
      throw unknown(name);
    } catch (IOException e) {
      throw new OptionException("", name + ": cannot be read: " + e);
    }
  }

  private OptionException unknown(String name) {
    if (name.endsWith(SUFFIX) || name.endsWith(".yml") || names.isEmpty()) {
      return new OptionException("", name + ": no such file");
    }
    return new OptionException(
        "",
        "unknown recipe '"
            + name
            + "'"
            + DidYouMean.hint(name, names)
            + " (one of: "
            + String.join(", ", names)
            + "; or the path of a YAML file)");
  }

  private byte @Nullable [] resource(String path) {
    try (InputStream in = resources.apply(path)) {
      return in == null ? null : in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the resource " + path, e);
    }
  }

  private static String decode(byte[] content) {
    return new String(content, StandardCharsets.UTF_8);
  }
}
