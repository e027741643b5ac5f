package io.diptych.weights;

import io.diptych.option.Options;
import io.diptych.option.Tree;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What is known of an encoder, for programs that are not Diptych: plain words, and JSON. */
final class ExportMetadata {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private ExportMetadata() {}

  /** Returns an object with the components of the information, and the images that are taken. */
  static ObjectNode json(EncoderInfo info, ImageInput input) {
    ObjectNode root = (ObjectNode) json(Options.tree(info));
    root.put("input", input.title());
    return root;
  }

  /** Returns the entries of such an object as texts: words and numbers bare, the rest as JSON. */
  static Map<String, String> texts(ObjectNode json) {
    Map<String, String> texts = new LinkedHashMap<>();
    json.properties()
        .forEach(
            entry -> {
              JsonNode value = entry.getValue();
              texts.put(
                  entry.getKey(),
                  value.isValueNode() ? value.asString() : JSON.writeValueAsString(value));
            });
    return texts;
  }

  private static JsonNode json(Tree tree) {
    if (tree instanceof Tree.Mapping mapping) {
      ObjectNode object = NODES.objectNode();
      mapping.entries().forEach((key, value) -> object.set(key, json(value)));
      return object;
    }
    if (tree instanceof Tree.Sequence sequence) {
      ArrayNode array = NODES.arrayNode();
      sequence.items().forEach(item -> array.add(json(item)));
      return array;
    }
    return JSON.valueToTree(((Tree.Scalar) tree).value());
  }
}
