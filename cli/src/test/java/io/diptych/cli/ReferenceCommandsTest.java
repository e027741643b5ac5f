package io.diptych.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.diptych.option.Yaml;
import io.diptych.recipe.Recipe;
import io.diptych.recipe.reference.ReferencePrograms;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Command lines of reference programs become recipes: those of published runs the built-in ones.
 */
final class ReferenceCommandsTest {
  private static final String SELFCON =
      "--dataset cifar100 --model resnet18 --batch_size 1024 --learning_rate 0.5 --temp 0.1 --epochs"
          + " 1000 --cosine ";
  private static final String EXIT = "--selfcon_pos [False,True,False] --selfcon_size fc ";
  private static final String CORINFOMAX =
      "--normalize_on --R_eps_weight 1e-8 --pre_optimizer SGD --pre_scheduler lin_warmup_cos"
          + " --w_decay 1e-4 ";

  private static Recipe bind(String yaml) {
    return Recipe.FORMAT.bind(
        Yaml.read(yaml.getBytes(StandardCharsets.UTF_8), "recipe.yaml"), List.of());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cifar100/selfcon | selfcon | "
            + SELFCON
            + EXIT
            + "--method SelfCon --exp_name resnet_fc_[False,True,False]",
        "cifar100/selfcon-randaugment | selfcon | " + SELFCON + EXIT + "--method SelfCon --randaug",
        "cifar100/supcon | selfcon | " + SELFCON + "--method SupCon --multiview",
        "cifar100/one-stage | selfcon/one_stage | --method ce --dataset cifar100 --model resnet18"
            + " --batch_size 1024 --learning_rate 0.8 --cosine",
        "imagenet/selfcon | selfcon | --method SelfCon --dataset imagenet --model resnet34 "
            + EXIT
            + "--batch_size 2048 --learning_rate 0.25 --temp 0.1 --epochs 800 --cosine",
        "cifar10/corinfomax | corinfomax | "
            + CORINFOMAX
            + "--epochs 1000 --batch_size 512 --min_lr 1e-6 --sim_loss_weight 250",
        "cifar100/corinfomax | corinfomax | "
            + CORINFOMAX
            + "--dataset cifar100 --epochs 1000 --batch_size 512 --min_lr 1e-6 --sim_loss_weight"
            + " 1000 --projector 4096-4096-128 --lin_warmup_epochs 5",
        "tiny-imagenet/corinfomax | corinfomax/cifars-tiny | "
            + CORINFOMAX
            + "--dataset tiny_imagenet --model_name resnet50 --epochs 800 --batch_size 1024 --min_lr"
            + " 1e-6 --sim_loss_weight 500 --projector 4096-4096-128 --la_R 0.1 --la_mu 0.1",
        "imagenet-100/corinfomax | corinfomax/imagenet100 | "
            + CORINFOMAX
            + "--dataset imagenet-100 --epochs 400 --batch_size 1024 --learning_rate 1.0 --min_lr"
            + " 5e-3 --sim_loss_weight 500 --projector 4096-4096-128",
        "imagenet-100/corinfomax-resnet50 | corinfomax/imagenet100 | "
            + CORINFOMAX
            + "--dataset imagenet-100 --model_name resnet50 --epochs 200 --batch_size 1024"
            + " --learning_rate 1.0 --min_lr 5e-3 --warmup_epochs 5 --sim_loss_weight 500"
            + " --projector 4096-4096-128",
        "imagenet/corinfomax | corinfomax/imagenet1k | "
            + CORINFOMAX
            + "--dataset imagenet --model_name resnet50 --epochs 100 --batch_size 1536"
            + " --learning_rate 0.2 --min_lr 1e-6 --sim_loss_weight 2000 --la_R 0.1 --la_mu 0.1"
            + " --projector 8192-8192-512"
      })
  void aPublishedRunIsTheBuiltInRecipe(String builtIn, String program, String line) {
    Recipe recipe = bind(ReferencePrograms.recipe(program, List.of(line.split(" ", -1))));
    assertThat(Recipe.FORMAT.difference(BuiltIn.read(builtIn, List.of()), recipe)).isEmpty();
  }

  private static Diptych.Result from(Path dir, String program, String line) throws Exception {
    List<String> words = new ArrayList<>(List.of("recipes", "--from", program, "--"));
    words.addAll(List.of(line.split(" ", -1)));
    return Diptych.run(dir, words.toArray(String[]::new));
  }

  @Test
  void theCommandPrintsARecipe(@TempDir Path dir) throws Exception {
    Diptych.Result selfCon =
        from(dir, "selfcon", "--method SelfCon --num_workers 4 " + EXIT.strip());
    assertThat(selfCon.code()).as(selfCon.err()).isZero();
    assertThat(selfCon.out()).contains("# without effect on what is trained: --num_workers 4\n");
    assertThat(bind(selfCon.out()).method().name()).isEqualTo("selfcon");
    Diptych.Result corInfoMax = from(dir, "corinfomax", "--dataset cifar100 --normalize_on");
    assertThat(corInfoMax.code()).as(corInfoMax.err()).isZero();
    assertThat(bind(corInfoMax.out()).method().name()).isEqualTo("corinfomax");
  }

  @Test
  void theCommandSaysWhyThereIsNone(@TempDir Path dir) throws Exception {
    Diptych.Result refused = from(dir, "selfcon", "--method Con");
    assertThat(refused.code()).isEqualTo(Failures.USAGE);
    assertThat(refused.error())
        .isEqualTo("diptych: --method: Con needs two views of an image: --multiview");
    assertThat(refused.out()).isEmpty();
  }
}
