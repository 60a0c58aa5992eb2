"""What the demo says, in both languages."""

from __future__ import annotations

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "wrote": "1. Wrote a raw file of customer messages: {file}",
        "imported": "2. Imported it: {read} rows read = {added} new + {revised} revised + {known} known "
        "+ {quarantined} quarantined ({quarantine}).",
        "trained": "3. Trained {model} in {seconds:.1f} s. {reason}",
        "opened": "4. Opened the sealed test split: {sentence}",
        "asked": "5. Started the service at {url} and asked it:",
        "done": "Done in {seconds:.1f} s. {model} ({recipe}, {precision}) is trained, verified, registered "
        "and champion of {folder}.",
        "found": "  Found: test accuracy {accuracy} ({low} … {high}){beside}.",
        "beside": "; the baseline alone {accuracy}",
        "cost": "  Cost: {seconds:.1f} s of training ({stages}).",
        "report": "  Report: {path}",
        "again": "  The service has stopped. Start it again: {command}",
        "try": "Ask it yourself:",
        "stays": "The service runs until you press Ctrl-C.",
    },
    "zh": {
        "wrote": "1. 写出一份原始客户消息文件：{file}",
        "imported": "2. 导入：读取 {read} 行 = 新增 {added} + 修订 {revised} + 已有 {known} "
        "+ 隔离 {quarantined}（{quarantine}）。",
        "trained": "3. 用 {seconds:.1f} 秒训练出 {model}。{reason}",
        "opened": "4. 打开封存的测试集：{sentence}",
        "asked": "5. 在 {url} 启动服务并提问：",
        "done": "完成，共 {seconds:.1f} 秒。{model}（{recipe}，{precision}）已训练、校验、注册，"
        "并成为 {folder} 的 champion。",
        "found": "  结果：测试准确率 {accuracy}（{low} … {high}）{beside}。",
        "beside": "；仅用基线为 {accuracy}",
        "cost": "  成本：训练 {seconds:.1f} 秒（{stages}）。",
        "report": "  报告：{path}",
        "again": "  服务已停止。再次启动：{command}",
        "try": "您也可以自己提问：",
        "stays": "服务会一直运行，直到您按下 Ctrl-C。",
    },
}


def words(language: str, key: str, **values: object) -> str:
    """A sentence of the demo in a language, its values filled in."""
    return WORDS[language][key].format(**values)
