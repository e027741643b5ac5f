package io.diptych.recipe.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.diptych.Golden;
import io.diptych.backbone.Exits;
import io.diptych.backbone.ResNet;
import io.diptych.backbone.Vgg;
import io.diptych.backbone.WideResNet;
import io.diptych.method.CorInfoMax;
import io.diptych.method.OneStage;
import io.diptych.method.SelfCon;
import io.diptych.method.SimClr;
import io.diptych.method.SupCon;
import io.diptych.optim.Sgd;
import io.diptych.option.OptionException;
import io.diptych.option.Options;
import io.diptych.option.Yaml;
import io.diptych.recipe.Recipe;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/**
 * Command lines of reference programs: how they are read, what they train, why they are refused.
 */
final class ReferenceProgramsTest {
  private static final String SELFCON = "--method SelfCon --selfcon_pos [False,True,False] ";

  private static String text(String program, String line) {
    List<String> words = line.isEmpty() ? List.of() : List.of(line.split(" ", -1));
    return ReferencePrograms.recipe(program, words);
  }

  private static Recipe recipe(String program, String line) {
    return bind(text(program, line));
  }

  private static Recipe bind(String yaml) {
    return Recipe.FORMAT.bind(
        Yaml.read(yaml.getBytes(StandardCharsets.UTF_8), "recipe.yaml"), List.of());
  }

  static Stream<Golden> pretrainings() {
    return Golden.cases("selfcon", "options_").stream()
        .filter(golden -> golden.parameter("program").asString().equals("pretrain"))
        // SelfCon without an exit is what the program reads, and cannot train.
        .filter(golden -> !golden.title().equals("options_label_flag_turns_labels_off"));
  }

  @ParameterizedTest
  @MethodSource("pretrainings")
  void aRecordedCommandLineTrainsWhatItSays(Golden golden) {
    List<String> line = new ArrayList<>();
    golden.parameter("argv").forEach(word -> line.add(word.asString()));
    JsonNode options = golden.expected("options");
    Recipe recipe = bind(ReferencePrograms.recipe("selfcon", line));
    assertThat(recipe.name()).isEqualTo(options.get("model_name").asString());
    assertThat(recipe.seed()).isEqualTo(options.get("seed").asLong());
    assertThat(recipe.viewCount()).isEqualTo(options.get("multiview").asBoolean() ? 2 : 1);
    assertThat(recipe.train().epochs()).isEqualTo(options.get("epochs").asInt());
    assertThat(recipe.train().batchSize()).isEqualTo(options.get("batch_size").asInt());
    Sgd.Settings sgd = recipe.optimizer().options(Sgd.Settings.class);
    assertThat(sgd.lr()).isEqualTo(options.get("learning_rate").asDouble());
    assertThat(sgd.weightDecay()).isEqualTo(options.get("weight_decay").asDouble());
    assertThat(sgd.decayAll()).isTrue();
    assertThat(recipe.schedule().name())
        .isEqualTo(options.get("cosine").asBoolean() ? "cosine" : "multi_step");
    double temperature =
        switch (options.get("method").asString()) {
          case "Con" -> recipe.method().options(SimClr.Settings.class).temperature();
          case "SupCon" -> recipe.method().options(SupCon.Settings.class).temperature();
          default -> recipe.method().options(SelfCon.Settings.class).temperature();
        };
    assertThat(temperature).isEqualTo(options.get("temp").asDouble());
    boolean exit = options.get("selfcon_pos").asString().contains("True");
    if (recipe.backbone().options() instanceof ResNet.Settings net) {
      assertThat(net.exits().after()).isEqualTo(exit ? List.of(2) : List.of());
    } else {
      assertThat(recipe.backbone().options(Vgg.Settings.class).batchNorm()).isTrue();
    }
  }

  @Test
  void everyOptionThatTrainsIsTaken() {
    Recipe recipe =
        recipe(
            "selfcon/pretrain",
            "--method SelfCon --multiview --label --alpha 0.25 --model wrn_16_8 --dataset"
                + " tinyimagenet --selfcon_pos=[True,true] --selfcon_size small --temp .5 --randaug"
                + " --weakaug --precision --print_freq 50 --save_freq 100 --lr_decay_epochs 9,5"
                + " --learn 0.2 --warm --batch_size 64 --epochs 8");
    WideResNet.Settings net = recipe.backbone().options(WideResNet.Settings.class);
    assertThat(net.exits()).isEqualTo(new Exits(List.of(1, 2), Exits.Size.SMALL));
    assertThat(net.stem()).isEqualTo(ResNet.Stem.STL);
    assertThat(net.form()).isEqualTo(WideResNet.Form.SELFCON);
    SelfCon.Settings method = recipe.method().options(SelfCon.Settings.class);
    assertThat(method.labels()).isFalse();
    assertThat(method.alpha()).isEqualTo(0.25);
    assertThat(recipe.views().get(0).pipeline())
        .extracting(step -> step.name())
        .containsExactly("rand_augment", "random_resized_crop", "horizontal_flip", "normalize");
    assertThat(Options.tree(recipe.schedule().options()).toString())
        .contains("5", "9")
        .contains("0.05")
        .contains("below-end");
    assertThat(recipe.train().logEvery()).isEqualTo(50);
    assertThat(recipe.train().keepEvery()).isEqualTo(100);
    assertThat(recipe.train().precision().name()).isEqualTo("FLOAT16");
    assertThat(recipe("selfcon", SELFCON + "--dataset imagenet100").views().get(0).pipeline())
        .first()
        .matches(step -> step.name().equals("resize"));
  }

  @Test
  void trainingInOneStageIsARecipeToo() {
    Recipe recipe =
        recipe(
            "selfcon/one_stage",
            "--method kd --model vgg13 --selfcon_pos [False,True,False,False] --dim_out 64");
    OneStage.Settings method = recipe.method().options(OneStage.Settings.class);
    assertThat(method.objective()).isEqualTo(OneStage.Objective.KD);
    assertThat(method.hiddenClassifier()).isTrue();
    assertThat(method.output()).isEqualTo(64);
    assertThat(recipe.views().get(0).pipeline()).hasSize(3);
    assertThat(text("selfcon/one_stage", "--method ce --batch_size 1024")).contains("warmup");
  }

  @Test
  void theSmallestPrintedRecipeIsReadable() {
    assertThat(text("selfcon", "--method SupCon --num_workers 4 --feat_dim 64 --exp_name a\nb"))
        .isEqualTo(
            """
            # What selfcon/pretrain trains with: --method SupCon --num_workers 4 --feat_dim 64 --exp_name a b
            # without effect on what is trained: --num_workers 4 --feat_dim 64 --exp_name a b
            name: "SupCon_cifar10_resnet50_lr_0.05_multiview_False_label_True_decay_0.0001_bsz_256_temp_0.07_seed_0_a\\nb"
            seed: 0
            data: {name: cifar10}
            views:
              - count: 1
                pipeline:
                  - random_resized_crop: {size: 32, scale: [0.2, 1.0]}
                  - horizontal_flip: {p: 0.5}
                  - color_jitter: {p: 0.8, brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.1}
                  - grayscale: {p: 0.2}
                  - normalize: {mean: [0.4914, 0.4822, 0.4465], std: [0.2023, 0.1994, 0.201]}
            backbone: {name: resnet, depth: 50, stem: cifar}
            method: {name: supcon, temperature: 0.07}
            optimizer: {name: sgd, lr: 0.05, momentum: 0.9, weight_decay: 0.0001, decay_all: true}
            schedule: {name: multi_step, milestones: [700, 800, 900], gamma: 0.1}
            train: {epochs: 1000, batch_size: 256}
            """);
  }

  @Test
  void corInfoMaxTakesItsOptionsOfPretraining() {
    String text =
        text(
            "corinfomax/imagenet1k",
            "--dataset imagenet --model_name resnet50 --projector 8192-8192-512 --amp --normalize_on"
                + " --pre_optimizer SGD --pre_scheduler multi_step --step_list 10 20 --world-size 8"
                + " --lin_epochs 5");
    assertThat(text)
        .contains("# without effect on what is trained: --world_size 8 --lin_epochs 5\n")
        .contains("_bn")
        .contains("milestones: [10, 20]");
    CorInfoMax.Settings method = bind(text).method().options(CorInfoMax.Settings.class);
    assertThat(method.normalize()).isTrue();
    assertThat(method.projector().batchNorm()).isTrue();
    assertThat(method.epsilon()).isEqualTo(1e-6);
    assertThat(recipe("corinfomax", "--dataset tiny-imagenet --model_name resnet50").data().name())
        .hasToString("TINY_IMAGENET");
    String cyclic = "--pre_optimizer SGD --pre_scheduler cos_warm_res";
    assertThat(recipe("corinfomax", cyclic).schedule().name()).isEqualTo("cosine_restarts");
    assertThat(recipe("corinfomax/imagenet100", cyclic).schedule().name()).isEqualTo("triangular");
    for (String name : List.of("cos", "step", "reduce_plateau", "None")) {
      assertThat(recipe("corinfomax", "--pre_scheduler " + name).name()).isEqualTo("ldmi");
    }
    assertThat(recipe("corinfomax/imagenet100", "").optimizer().name()).isEqualTo("adamw");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "selfcon | --dataset cifar10 | --method: must be given, one of Con, SupCon, SelfCon",
        "selfcon | --method Con | --method: Con needs two views of an image: --multiview",
        "selfcon | --method SelfCon | --method: SelfCon needs an exit, such as --selfcon_pos [False,True,False]",
        "selfcon | --method Sup | --method: must be one of Con, SupCon, SelfCon, was 'Sup'",
        "selfcon | --method SupCon --model resnet20 | --model: is no backbone of the program: 'resnet20'; did you mean 'resnet50'?",
        "selfcon | --method SelfCon --model resnet18 --selfcon_pos [True] | --selfcon_pos: must have 3 of True and False for resnet18, has 1",
        "selfcon | --method SelfCon --model vgg13 --selfcon_pos [True,False,False] | --selfcon_pos: must have 4 of True and False for vgg13, has 3",
        "selfcon | --method SelfCon --model efficientnet --selfcon_pos [False,True,False] | --selfcon_pos: must have 1 of",
        "selfcon | --method SelfCon --selfcon_pos [False;True] | --selfcon_pos: must be a list of True and False such as [False,True,False], was '[False;True]'",
        "selfcon | --method SelfCon --selfcon_pos [True,False,False --epochs 1 | --selfcon_pos: must be a list",
        "selfcon | --method SelfCon --selfcon_pos [True,False,False] --selfcon_arch vgg | --selfcon_arch: exits of a resnet cannot be of the family 'vgg'",
        "selfcon | --method SupCon --temp 0 | --temp: must be above 0 and finite, was 0.0",
        "selfcon | --method SupCon --temp nan | --temp: must be above 0 and finite, was NaN",
        "selfcon | --method SupCon --batch_size 0 | --batch_size: must be 1 or more, was 0",
        "selfcon | --method SupCon --num_workers -1 | --num_workers: must be 0 or more, was -1",
        "selfcon | --method SupCon --epochs ten | --epochs: must be a whole number, was 'ten'",
        "selfcon | --method SupCon --lr_decay_epochs 5,x | --lr_decay_epochs: must be a whole number, was 'x'",
        "selfcon | --method SupCon --lr_decay_epochs 0,5 | --lr_decay_epochs: must be 1 or more each, was [0, 5]",
        "selfcon | --method SupCon --learning_rate | --learning_rate: a value must follow it",
        "selfcon | --method SupCon --epochs --cosine | --epochs: a value must follow it",
        "selfcon | --method SupCon --cosine=1 | --cosine: takes no value, was given '1'",
        "selfcon | --method SupCon --lr 1 | --lr: may be any of --lr_decay_rate, --lr_decay_epochs",
        "selfcon | --method SupCon --batchsize 1 | --batchsize: is no option of the program pretrain; did you mean 'batch_size'?",
        "selfcon | python main.py | 'python' belongs to no option; give what follows the name of the program",
        "selfcon | --method SupCon --resume a.pth | --resume: a recipe begins anew",
        "selfcon | --method SupCon --warm --learning_rate 0 | --learning_rate: must be above 0",
        "selfcon | --method SupCon --batch_size 1 | train.batch_size: must be",
        "selfcon/linear | --dataset cifar10 --model resnet18 --subnet | --subnet: needs an exit",
        "selfcon/linear | --dataset cifar10 | selfcon/linear has no recipe",
        "selfcon/one_stage | --method kd | --method: kd needs an exit",
        "selfcon/one_stage | --method ce --temperature inf | --temperature: must be above 0",
        "corinfomax | --dataset stl10 | --dataset: must be one of cifar10, cifar100, tiny_imagenet, imagenet-100, imagenet, was stl10",
        "corinfomax | --model_name resnet50 | --model_name: for cifar10 the program has resnet18, not resnet50",
        "corinfomax | --epochs 10 | --epochs: must be more than the 10 of --warmup_epochs, was 10",
        "corinfomax | --warmup_epochs -1 | --warmup_epochs: must be 0 or more, was -1",
        "corinfomax | --min_lr 1 | --min_lr: must be from 0 to the highest rate, 0.5, was 1.0",
        "corinfomax | --projector 64-0 | method.projector.widths: must be widths joined by hyphens",
        "corinfomax | --la_R 2 | method.covariance_memory: must be",
        "corinfomax | --pre_optimizer LARS | --pre_optimizer: must be SGD, Adam or AdamW, was 'LARS'",
        "corinfomax | --pre_scheduler poly | --pre_scheduler: must be None",
        "corinfomax/imagenet1k | --half | --half: fails in the program",
        "corinfomax/imagenet1k | --grad_accumulation_steps 2 | --grad_accumulation_steps: sums the losses of separate batches",
        "corinfomax/imagenet100 | --subset 0.1 --subset_type pretrain_and_linear | --subset: draws images",
        "corinfomax/imagenet100 | --pre_scheduler cos_warm_res | --pre_scheduler: cos_warm_res changes the momentum",
        "selfcom | --method SupCon | unknown program 'selfcom'"
      })
  void whatCannotBeTrainedIsRefusedInOneLine(String program, String line, String message) {
    assertThatExceptionOfType(OptionException.class)
        .isThrownBy(() -> text(program, line))
        .withMessageStartingWith(message)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
  }

  @Test
  void numbersAreWrittenAsPythonWritesThem() {
    Map<Object, String> texts =
        Map.of(
            0.0001,
            "0.0001",
            1e-5,
            "1e-05",
            1.5e-7,
            "1.5e-07",
            3.0,
            "3.0",
            1e15,
            "1000000000000000.0",
            1e16,
            "1e+16",
            0.0,
            "0.0",
            0L,
            "0",
            true,
            "True");
    texts.forEach((value, text) -> assertThat(Python.text(value)).isEqualTo(text));
  }

  @Test
  void linearNamesItsRunAfterTheDecayAsItWasTyped() {
    assertThat(SelfConResolved.of(ReferenceGoldens.selfCon("linear", List.of("--cosine"))))
        .containsEntry("model_name", "imagenet_resnet50_lr_0.1_decay_0_bsz_256_cosine");
  }
}
