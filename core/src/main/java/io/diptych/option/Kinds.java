package io.diptych.option;

import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the kind of value that a record component holds. */
final class Kinds {
  private final Option option;
  private boolean rangeUsed;
  private boolean familyUsed;

  private Kinds(Option option) {
    this.option = option;
  }

  static Kind of(AnnotatedType type, Option option) {
    Kinds kinds = new Kinds(option);
    Kind kind = kinds.kind(type, false);
    if (!option.range().isEmpty() && !kinds.rangeUsed) {
      throw new IllegalArgumentException("a range is for numbers only");
    }
    if (option.family().isEmpty() == kinds.familyUsed) {
      throw new IllegalArgumentException("a Choice needs a family, and only a Choice has one");
    }
    return kind;
  }

  private Kind kind(AnnotatedType annotated, boolean listed) {
    Kind kind = plainKind(annotated, listed);
    return annotated.isAnnotationPresent(Nullable.class) ? new NullableKind(kind) : kind;
  }

  private Kind plainKind(AnnotatedType annotated, boolean listed) {
    Type type = annotated.getType();
    if (type == int.class || type == Integer.class) {
      return new ScalarKind.Whole(Integer.SIZE, range());
    } else if (type == long.class || type == Long.class) {
      return new ScalarKind.Whole(Long.SIZE, range());
    } else if (type == double.class || type == Double.class) {
      return new ScalarKind.Real(range());
    } else if (type == boolean.class || type == Boolean.class) {
      return new ScalarKind.Truth();
    } else if (type == String.class) {
      return new ScalarKind.Words();
    } else if (type == Choice.class) {
      familyUsed = true;
      return new ChoiceKind(option.family(), listed);
    } else if (type instanceof Class<?> named && named.isEnum()) {
      return new ScalarKind.Constant(named);
    } else if (type instanceof Class<?> named && named.isRecord()) {
      return new RecordKind(named.asSubclass(Record.class));
    } else if (type instanceof ParameterizedType generic && generic.getRawType() == List.class) {
      AnnotatedParameterizedType list = (AnnotatedParameterizedType) annotated;
      Kind element = kind(list.getAnnotatedActualTypeArguments()[0], true);
      if (element instanceof NullableKind) {
        throw new IllegalArgumentException("the entries of a list cannot be null");
      }
      return new ListKind(element);
    }
    throw new IllegalArgumentException("an option cannot be a " + type.getTypeName());
  }

  private Interval range() {
    rangeUsed = true;
    return option.range().isEmpty() ? Interval.FINITE : Interval.parse(option.range());
  }
}
