package io.diptych.backbone;

import io.diptych.nn.Branches;
import io.diptych.nn.GlobalAvgPool;
import io.diptych.nn.Layer;
import io.diptych.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * A backbone that is a stem, stages one after the other, and a mean over each channel of the last
 * map. Exits may branch off between the stages; they have the names that Bae et al. gave them:
 * {@code selfcon_layer.0.…} branches off behind the first stage.
 */
abstract class StagedBackbone extends Backbone {
  private static final String EXITS = "selfcon_layer";

  private final Exits options;
  private final List<String> names = new ArrayList<>();
  private final List<Layer> stages = new ArrayList<>();
  private final Map<Integer, Layer> exits = new LinkedHashMap<>();
  private final Layer pool = new GlobalAvgPool();

  StagedBackbone(Exits options) {
    this.options = options;
  }

  /** Adds the next stage. */
  final void stage(String name, Layer stage) {
    names.add(name);
    stages.add(child(name, stage));
  }

  /** Adds the next stages, numbered from 0 on under one name. */
  final void stages(String name, List<Layer> all) {
    for (int i = 0; i < all.size(); i++) {
      names.add(name + "." + i);
    }
    stages.addAll(all);
    child(name, Branches.numbered(all));
  }

  /** Adds the exits; {@code exit} makes the one behind the stage of a number, from 1 on. */
  final void exits(IntFunction<Layer> exit) {
    Map<String, Layer> named = new LinkedHashMap<>();
    for (int after : options.after()) {
      Layer layer = exit.apply(after);
      exits.put(after, layer);
      named.put(Integer.toString(after - 1), layer);
    }
    child(EXITS, new Branches(named));
  }

  /** Adds the exit of a backbone that can have no other. */
  final void onlyExit(int after, Layer exit) {
    exits.put(after, child(EXITS, exit));
  }

  /** Runs what comes before the first stage. */
  abstract Tensor enter(Tensor images);

  /** Turns the map of the last stage into features. */
  Tensor leave(Tensor map) {
    return pool(map);
  }

  /** Turns a map into features by an exit. */
  Tensor leave(Layer exit, Tensor map) {
    return options.size() == Exits.Size.FC ? exit.forward(pool(map)) : pool(exit.forward(map));
  }

  final Tensor pool(Tensor map) {
    return pool.forward(map);
  }

  @Override
  public final int exits() {
    return exits.size();
  }

  /**
   * Encodes images.
   *
   * @param images [N, C, H, W]
   * @return the last map's mean over each channel, [N, width]
   */
  @Override
  public final Tensor forward(Tensor images) {
    Tensor map = enter(images);
    for (Layer stage : stages) {
      map = stage.forward(map);
    }
    return leave(map);
  }

  @Override
  public final List<Tensor> forwardExits(Tensor images) {
    List<Tensor> features = new ArrayList<>();
    Tensor map = enter(images);
    for (int stage = 0; stage < stages.size(); stage++) {
      map = stages.get(stage).forward(map);
      Layer exit = exits.get(stage + 1);
      if (exit != null) {
        features.add(leave(exit, map));
      }
    }
    features.add(leave(map));
    return features;
  }

  @Override
  public final List<Tensor> featureMaps(Tensor images) {
    List<Tensor> maps = new ArrayList<>();
    maps.add(enter(images));
    for (Layer stage : stages) {
      maps.add(stage.forward(maps.get(maps.size() - 1)));
    }
    return maps;
  }

  /** Returns {@code stem}, the stages by their names, and {@code exit1}, … */
  @Override
  public final List<String> layers() {
    List<String> layers = new ArrayList<>();
    layers.add("stem");
    layers.addAll(names);
    for (int exit = 1; exit <= exits(); exit++) {
      layers.add("exit" + exit);
    }
    return List.copyOf(layers);
  }

  @Override
  final Tensor forwardTo(int layer, Tensor images) {
    if (layer > stages.size()) {
      return forwardExits(images).get(layer - stages.size() - 1);
    }
    Tensor map = enter(images);
    for (Layer stage : stages.subList(0, layer)) {
      map = stage.forward(map);
    }
    return pool(map);
  }
}
