/** Self-supervised visual representation learning for the JVM: the library. */
module io.diptych {
  requires java.desktop;
  requires java.net.http;
  requires pickle;
  requires org.apache.commons.compress;
  requires org.bytedeco.javacpp;
  requires org.bytedeco.pytorch;
  requires static org.bytedeco.opencv;
  requires static transitive com.google.errorprone.annotations;
  requires transitive org.jspecify; // @Nullable is read at run time
  requires tools.jackson.core;
  requires tools.jackson.databind;
  requires tools.jackson.dataformat.yaml;

  exports io.diptych.backbone;
  exports io.diptych.method;
  exports io.diptych.nn;
  exports io.diptych.objective;
  exports io.diptych.optim;
  exports io.diptych.option;
  exports io.diptych.recipe;
  exports io.diptych.tensor;
  exports io.diptych.view;
}
