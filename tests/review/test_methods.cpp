#include "review/methods.h"

#include <QtTest>

using namespace ir;

class TestMethods : public QObject
{
    Q_OBJECT

    static void give(ReviewProject& project, const std::string& reader, ReviewAct act, std::int64_t image, int round,
                     const std::string& label)
    {
        ReviewEvent event;
        event.reader = reader;
        event.image = image;
        event.round = round;
        if (act == ReviewAct::Label)
            QVERIFY(project.apply(event)); // taken
        event.act = act;
        event.label = label;
        QVERIFY(project.apply(event));
    }

private Q_SLOTS:
    // Image 8 is "others" for both, 9 a conflict that Cleo decides, 10 is not read again; the rest are spines for both.
    void theSentencesSayWhatWasDone()
    {
        ReviewPlan plan;
        plan.name = "spines";
        plan.classes = {"spine", "others"};
        plan.readers = {"Ann", "Bob"};
        plan.adjudicators = {"Cleo"};
        for (int i = 1; i <= 10; ++i)
            plan.images.push_back({i, 0, {}});
        plan.rules.blindToModel = false;
        auto project = ReviewProject::create(plan).value();
        for (int i = 1; i <= 10; ++i)
            give(project, "Ann", ReviewAct::Label, i, 1, i == 8 ? "others" : "spine");
        for (int i = 1; i <= 9; ++i)
            give(project, "Bob", ReviewAct::Label, i, 2, i >= 8 ? "others" : "spine");
        give(project, "Cleo", ReviewAct::Adjudicate, 9, adjudicationRound, "spine");

        std::string text;
        for (const std::string& sentence : methodsOf(project)) {
            QVERIFY(sentence.ends_with('.'));
            text += sentence + '\n';
        }
        const auto says = [&](const char* words) {
            if (!(text.find(words) != std::string::npos))
                qWarning("%s\nlacks: %s", text.c_str(), words);
            return (text.find(words) != std::string::npos);
        };
        QVERIFY(says("10 images were labelled by 2 readers"));
        QVERIFY(says("10 once, 9 of 10 a second time"));
        QVERIFY(says("Readers saw the network's class."));
        QVERIFY(says("did not see the label of the first."));
        // observed 8/9; by chance (8·7 + 1·2)/81 = 58/81; kappa = (72 − 58)/(81 − 58) = 14/23 = 0.609
        QVERIFY(says("9 common images, raw agreement 0.889, Cohen's kappa 0.609"));
        QVERIFY(says("8 labels were agreed on, 1 (10.0 % of the images) decided by a third reader"));
        QVERIFY(says("1 given by one reader"));
        for (const char* name : {"Ann", "Bob", "Cleo"})
            QVERIFY(text.find(name) == std::string::npos);
    }
};

QTEST_APPLESS_MAIN(TestMethods)
#include "test_methods.moc"
