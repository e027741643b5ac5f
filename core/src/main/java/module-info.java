/** Self-supervised visual representation learning for the JVM: the library. */
module io.diptych {
  requires transitive java.desktop; // BufferedImage
  requires aircompressor;
  requires com.google.protobuf;
  requires java.net.http;
  requires org.apache.commons.compress;
  requires org.bytedeco.javacpp;
  requires org.bytedeco.pytorch;
  requires org.tribuo.util.onnx;
  requires pickle;
  requires static transitive com.google.errorprone.annotations;
  requires static org.bytedeco.opencv;
  requires us.hebi.matlab.mat.mfl.core;
  requires tools.jackson.core;
  requires tools.jackson.databind;
  requires tools.jackson.dataformat.yaml;
  requires transitive org.jspecify; // @Nullable is read at run time

  exports io.diptych.backbone;
  exports io.diptych.data;
  exports io.diptych.data.decode;
  exports io.diptych.evaluate;
  exports io.diptych.evaluate.projection;
  exports io.diptych.method;
  exports io.diptych.nn;
  exports io.diptych.objective;
  exports io.diptych.optim;
  exports io.diptych.option;
  exports io.diptych.recipe;
  exports io.diptych.recipe.reference;
  exports io.diptych.report;
  exports io.diptych.tensor;
  exports io.diptych.train;
  exports io.diptych.view;
  exports io.diptych.weights;

  uses io.diptych.data.SampleSource;
}
