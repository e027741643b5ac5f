package io.diptych.method;

import io.diptych.backbone.Backbone;
import io.diptych.nn.Branches;
import io.diptych.nn.Layer;
import io.diptych.tensor.Tensor;
import io.diptych.view.Batch;
import java.util.ArrayList;
import java.util.List;

/**
 * An encoder with a head for itself and, if they take part, one for each of its exits: images to
 * [N, columns, output], the exits' columns first.
 */
final class Projection extends Layer {
  final Backbone encoder;
  private final Layer head;
  private final List<Layer> exitHeads = new ArrayList<>();

  Projection(Backbone encoder, SupCon.Projector projector, boolean exits) {
    this.encoder = child(Method.ENCODER, encoder);
    this.head = child("head", projector.create(encoder.width()));
    for (int exit = 0; exit < (exits ? encoder.exits() : 0); exit++) {
      exitHeads.add(projector.create(encoder.width()));
    }
    child("sub_heads", Branches.numbered(exitHeads));
  }

  @Override
  public Tensor forward(Tensor images) {
    if (exitHeads.isEmpty()) {
      return head.forward(encoder.forward(images)).unsqueeze(1);
    }
    List<Tensor> features = encoder.forwardExits(images);
    List<Tensor> columns = new ArrayList<>();
    for (int exit = 0; exit < exitHeads.size(); exit++) {
      columns.add(exitHeads.get(exit).forward(features.get(exit)));
    }
    columns.add(head.forward(features.get(exitHeads.size())));
    return Tensor.stack(columns, 1);
  }

  /**
   * Gives {@code z1}, {@code z2}, … of the views, {@code z1.exit1}, … of their exits, and labels.
   */
  Embeddings embed(Batch batch, BatchStatistics statistics) {
    Embeddings embeddings = new Embeddings();
    int view = 0;
    for (Tensor rows : statistics.forward(this, batch.views())) {
      view++;
      embeddings.with(name(view), rows.select(1, exitHeads.size()));
      for (int exit = 0; exit < exitHeads.size(); exit++) {
        embeddings.with(name(view, exit), rows.select(1, exit));
      }
    }
    return embeddings.with("label", batch.label());
  }

  /**
   * Returns what {@link #embed} gave as rows of length 1, all first views before all second views.
   *
   * @return one matrix [views · N, output] for each exit, and last that of the whole encoder
   */
  List<Tensor> columns(Embeddings all) {
    List<Tensor> columns = new ArrayList<>();
    for (int column = 0; column <= exitHeads.size(); column++) {
      List<Tensor> rows = new ArrayList<>();
      for (int view = 1; view <= views(all); view++) {
        rows.add(all.get(column == exitHeads.size() ? name(view) : name(view, column)));
      }
      columns.add(Tensor.cat(rows, 0).normalize(1));
    }
    return columns;
  }

  /** Returns of how many views {@link #embed} was. */
  static int views(Embeddings all) {
    int views = 0;
    while (all.tensors().containsKey(name(views + 1))) {
      views++;
    }
    return views;
  }

  private static String name(int view) {
    return "z" + view;
  }

  private static String name(int view, int exit) {
    return name(view) + ".exit" + (exit + 1);
  }
}
