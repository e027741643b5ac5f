package io.diptych.option;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What a member of a {@link Family} is, on its options record, for those who choose one. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface About {
  /** What it is and when to take it: a sentence or two. */
  String value();

  /** Where it was published: authors, title, venue, year, equation or arXiv number. */
  String source() default "";
}
