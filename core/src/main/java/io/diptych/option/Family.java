package io.diptych.option;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Things of one kind of which a recipe names one: the methods, the backbones.
 *
 * @param name what one of them is called in messages, and in {@link Option#family()}: {@code
 *     method}
 * @param members the options record of each, by the name that recipes use
 */
public record Family(String name, Map<String, Class<? extends Record>> members) {
  /**
   * Copies the members, in their order.
   *
   * @param name what one of them is called
   * @param members the options record of each
   * @throws IllegalArgumentException if an options record is not well-formed, or has an option
   *     {@code name}, which would hide the member's name
   */
  public Family {
    members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
    for (Class<? extends Record> member : members.values()) {
      if (Schema.of(member).fields().containsKey(ChoiceKind.NAME)) {
        throw new IllegalArgumentException(
            member.getName() + " has an option 'name', which is the key of the choice itself");
      }
    }
  }

  /**
   * A family without members.
   *
   * @param name what one of them is called
   * @return the family
   */
  public static Family named(String name) {
    return new Family(name, Map.of());
  }

  /**
   * This family with one more member.
   *
   * @param member the member's name in recipes, in kebab-case or snake_case
   * @param options the options record of the member
   * @return the larger family
   * @throws IllegalArgumentException if there is such a member already, or its options are not
   *     well-formed
   */
  public Family with(String member, Class<? extends Record> options) {
    Map<String, Class<? extends Record>> more = new LinkedHashMap<>(members);
    if (more.put(member, options) != null) {
      throw new IllegalArgumentException("two members of " + name + " are called '" + member + "'");
    }
    return new Family(name, more);
  }
}
